namespace TorchSharp.Interop;

internal static partial class Aten
{
    public static readonly Operator linalg_cholesky = new("aten::linalg_cholesky");
    public static readonly Operator linalg_solve = new("aten::linalg_solve");
    public static readonly Operator linalg_inv = new("aten::linalg_inv");
    public static readonly Operator linalg_eigh = new("aten::linalg_eigh");
    public static readonly Operator linalg_eigvalsh = new("aten::linalg_eigvalsh");
    public static readonly Operator linalg_norm = new("aten::linalg_norm");
    public static readonly Operator linalg_norm_ord_str = new("aten::linalg_norm", "ord_str");
    public static readonly Operator linalg_vector_norm = new("aten::linalg_vector_norm");
    public static readonly Operator linalg_matrix_norm = new("aten::linalg_matrix_norm");
    public static readonly Operator linalg_matrix_norm_str_ord = new("aten::linalg_matrix_norm", "str_ord");
    public static readonly Operator linalg_det = new("aten::linalg_det");
    public static readonly Operator linalg_slogdet = new("aten::linalg_slogdet");
    public static readonly Operator linalg_svd = new("aten::linalg_svd");
    public static readonly Operator linalg_svdvals = new("aten::linalg_svdvals");
    public static readonly Operator linalg_qr = new("aten::linalg_qr");
    public static readonly Operator linalg_pinv_atol_rtol_float = new("aten::linalg_pinv", "atol_rtol_float");
    public static readonly Operator linalg_lstsq = new("aten::linalg_lstsq");
    public static readonly Operator linalg_multi_dot = new("aten::linalg_multi_dot");
    public static readonly Operator linalg_matrix_rank_atol_rtol_float = new("aten::linalg_matrix_rank", "atol_rtol_float");
    public static readonly Operator linalg_matrix_exp = new("aten::linalg_matrix_exp");
    public static readonly Operator linalg_solve_triangular = new("aten::linalg_solve_triangular");
    public static readonly Operator linalg_vecdot = new("aten::linalg_vecdot");
    public static readonly Operator linalg_diagonal = new("aten::linalg_diagonal");
    public static readonly Operator linalg_cross = new("aten::linalg_cross");
}
