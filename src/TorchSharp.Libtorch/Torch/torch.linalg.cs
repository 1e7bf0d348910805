using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Dense linear algebra over the last two dimensions, batched over the others.</summary>
    public static partial class linalg
    {
        /// <summary>The lower-triangular L with <c>L @ L.T = input</c>.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The matrix is not positive definite.</exception>
        public static Tensor cholesky(Tensor input) => Aten.linalg_cholesky.Call(input);

        /// <summary>X with <c>A @ X = B</c>, or <c>X @ A = B</c> where not <paramref name="left"/>.</summary>
        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Aten.linalg_solve.Call(A, B, left);

        /// <summary>As <see cref="solve"/>, for a triangular matrix, of which only that triangle is read.</summary>
        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) =>
            Into(@out, Aten.linalg_solve_triangular.Call(A, B, upper, left, unitriangular));

        public static Tensor inv(Tensor input) => Aten.linalg_inv.Call(input);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.linalg_pinv_atol_rtol_float.Call(input, Arg.Optional(atol), Arg.Optional(rtol), hermitian);

        /// <summary>Eigenvalues, ascending, and eigenvectors of a symmetric matrix.</summary>
        /// <param name="input">(.., N, N).</param>
        /// <param name="UPLO">Which triangle is read: L or U.</param>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') =>
            Aten.linalg_eigh.CallTwo(input, UPLO.ToString());

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Aten.linalg_eigvalsh.Call(input, UPLO.ToString());

        /// <summary>U, S and V transposed with <c>U @ diag(S) @ Vh = input</c>.</summary>
        public static (Tensor, Tensor, Tensor) svd(Tensor input, bool fullMatrices = true) =>
            Aten.linalg_svd.CallThree(input, fullMatrices);

        public static Tensor svdvals(Tensor input) => Aten.linalg_svdvals.Call(input);

        /// <summary>Orthogonal Q and upper-triangular R with <c>Q @ R = input</c>.</summary>
        public static (Tensor, Tensor) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            Aten.linalg_qr.CallTwo(input, mode switch
            {
                QRMode.Complete => "complete",
                QRMode.R => "r",
                _ => "reduced",
            });

        public static Tensor det(Tensor input) => Aten.linalg_det.Call(input);

        /// <summary>Sign, and logarithm of the size, of the determinant.</summary>
        public static (Tensor, Tensor) slogdet(Tensor input) => Aten.linalg_slogdet.CallTwo(input);

        /// <summary>Solution, residuals, rank and singular values of the least-squares problem.</summary>
        public static (Tensor, Tensor, Tensor, Tensor) lstsq(Tensor input, Tensor other) =>
            Aten.linalg_lstsq.CallFour(input, other);

        public static Tensor multi_dot(IList<Tensor> tensors) => Aten.linalg_multi_dot.Call(tensors.ToArray());

        public static Tensor matrix_exp(Tensor input) => Aten.linalg_matrix_exp.Call(input);

        public static Tensor matrix_rank(
            Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.linalg_matrix_rank_atol_rtol_float.Call(input, Arg.Optional(atol), Arg.Optional(rtol), hermitian);

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_norm.Call(input, Arg.None, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_norm.Call(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_norm.Call(input, (long)ord, dims, keepdim);

        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_norm_ord_str.Call(input, ord, dims, keepdim);

        public static Tensor vector_norm(Tensor input, double ord = 2, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_vector_norm.Call(input, ord, dims, keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_matrix_norm_str_ord.Call(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_matrix_norm.Call(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor vecdot(Tensor x, Tensor y, long dim = -1, Tensor? @out = null) =>
            Into(@out, Aten.linalg_vecdot.Call(x, y, dim));

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) =>
            Aten.linalg_diagonal.Call(input, (long)offset, (long)dim1, (long)dim2);

        public static Tensor cross(Tensor input, Tensor other, long dim = -1) => Aten.linalg_cross.Call(input, other, dim);

        private static Tensor Into(Tensor? target, Tensor result)
        {
            if (target is null)
                return result;
            using Tensor temporary = result;
            return target.copy_(temporary);
        }
    }
}
