namespace Diffusion.Studies.JumpProcesses;

/// <summary>e^(Qt) for the generator Q of a jump process with finitely many states.</summary>
internal static class TransitionMatrix
{
    private const double LargestTerm = 1;

    /// <summary>
    /// e^(Qt) by uniformisation: with Λ the largest rate of leaving and P = I + Q/Λ, it is Σ_n e^(−Λt) (Λt)^n / n! Pⁿ. No term is negative, so that nothing
    /// cancels. Long times are halved first and the result is squared.
    /// </summary>
    public static double[,] Exponential(double[][] rates, double t)
    {
        int n = rates.Length;
        double largest = Enumerable.Range(0, n).Max(i => -rates[i][i]);
        int halvings = 0;
        while (largest * t > LargestTerm)
            (t, halvings) = (0.5 * t, halvings + 1);
        double[,] jump = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                jump[i, j] = (i == j ? 1 : 0) + (largest == 0 ? 0 : rates[i][j] / largest);
        }

        double weight = Math.Exp(-largest * t);
        double[,] power = Identity(n), sum = new double[n, n];
        for (int term = 0; weight > 1e-20 || term < 2; term++)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    sum[i, j] += weight * power[i, j];
            }

            power = Product(power, jump);
            weight *= largest * t / (term + 1);
        }

        for (int i = 0; i < halvings; i++)
            sum = Product(sum, sum);
        return sum;
    }

    /// <summary>A B.</summary>
    public static double[,] Product(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        double[,] product = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < n; k++)
            {
                for (int j = 0; j < n; j++)
                    product[i, j] += a[i, k] * b[k, j];
            }
        }

        return product;
    }

    private static double[,] Identity(int n)
    {
        double[,] identity = new double[n, n];
        for (int i = 0; i < n; i++)
            identity[i, i] = 1;
        return identity;
    }
}
