using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MLflow.Http;

/// <summary>The transport of clients that bring none of their own.</summary>
internal static class TlsHandler
{
    public static SocketsHttpHandler Create(MlflowServerOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected POST arrives as a GET; who gets a redirect is told to use the other address.
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.InsecureTls)
        {
#pragma warning disable CA5359 // Asked for by name: MLFLOW_TRACKING_INSECURE_TLS.
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        if (options.ServerCertificatePath is { } trusted)
        {
            handler.SslOptions.CertificateChainPolicy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            Read(trusted, () => handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(trusted));
        }
        if (options.ClientCertificatePath is { } own)
            Read(own, () => handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(own)]);
        return handler;
    }

    private static void Read(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MlflowException(ErrorCodes.InvalidParameterValue, $"The certificate file '{path}' cannot be used: {exception.Message}", exception);
        }
    }
}
