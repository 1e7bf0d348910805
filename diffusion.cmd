@echo off
rem The command on Windows: builds what has changed, then runs. Needs the .NET SDK and nothing else.
setlocal
set "root=%~dp0"
set "tool=%root%artifacts\bin\Diffusion.Build\release\Diffusion.Build.dll"

where dotnet >nul 2>nul
if errorlevel 1 (
    echo diffusion: the .NET SDK 10 is missing. Install it ^(https://dotnet.microsoft.com/download^) and run the command again. 1>&2
    exit /b 2
)

if exist "%tool%" (
    dotnet "%tool%" check
    if not errorlevel 1 goto built
)
pushd "%root%"
dotnet build eng\Diffusion.Build --configuration Release --nologo --verbosity quiet -tl:off -p:RunAnalyzers=false
if errorlevel 1 (
    popd
    echo diffusion: the build could not be prepared. It needs the .NET SDK 10 ^(global.json^). 1>&2
    exit /b 2
)
popd
if "%~1"=="test" goto test
dotnet "%tool%" build
if errorlevel 1 exit /b 2

:built
if "%~1"=="test" goto test
if "%~1"=="setup" exit /b 0
dotnet "%root%artifacts\bin\Diffusion.Host\release\Diffusion.Host.dll" %*
exit /b %errorlevel%

:test
dotnet "%tool%" %*
exit /b %errorlevel%
