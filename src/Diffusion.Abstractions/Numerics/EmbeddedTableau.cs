namespace Diffusion.Numerics;

/// <summary>Coefficients of an explicit Runge-Kutta method with an error estimate, first same as last.</summary>
/// <remarks>
/// Stage i is k_i = f(u + c_i h, y + h Σ_j a_ij k_j); the new state y₁ = y + h Σ b_i k_i; one further slope f(u + h, y₁) ends the step, takes
/// part in the error h Σ e_i k_i and begins the next step.
/// </remarks>
public sealed class EmbeddedTableau
{
    private EmbeddedTableau()
    {
    }

    /// <summary>
    /// Dormand &amp; Prince 1980, "A family of embedded Runge-Kutta formulae", table 2: order 5 with an error estimate of order 4, 6 evaluations a
    /// step.
    /// </summary>
    public static EmbeddedTableau DormandPrince54 { get; } = new()
    {
        Order = 5,
        ErrorOrder = 4,
        Nodes = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1],
        Stages =
        [
            [],
            [1.0 / 5],
            [3.0 / 40, 9.0 / 40],
            [44.0 / 45, -56.0 / 15, 32.0 / 9],
            [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
            [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        ],
        Weights = [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
        ErrorWeights = [-71.0 / 57600, 0, 71.0 / 16695, -71.0 / 1920, 17253.0 / 339200, -22.0 / 525, 1.0 / 40],
    };

    /// <summary>
    /// Bogacki &amp; Shampine 1989, "A 3(2) pair of Runge-Kutta formulas": order 3 with an error estimate of order 2, 3 evaluations a step.
    /// </summary>
    public static EmbeddedTableau BogackiShampine32 { get; } = new()
    {
        Order = 3,
        ErrorOrder = 2,
        Nodes = [0, 1.0 / 2, 3.0 / 4],
        Stages = [[], [1.0 / 2], [0, 3.0 / 4]],
        Weights = [2.0 / 9, 1.0 / 3, 4.0 / 9],
        ErrorWeights = [5.0 / 72, -1.0 / 12, -1.0 / 9, 1.0 / 8],
    };

    /// <summary>
    /// Hairer, Nørsett &amp; Wanner 1993, "Solving ordinary differential equations I", II.5 and II.10 (DOP853): order 8 with error estimates of
    /// order 5 and 3, 12 evaluations a step.
    /// </summary>
    public static EmbeddedTableau DormandPrince853 { get; } = new()
    {
        Order = 8,
        ErrorOrder = 7,
        Nodes =
        [
            0, 0.0526001519587677318785587544488, 0.0789002279381515978178381316732, 0.118350341907227396726757197510,
            0.281649658092772603273242802490, 1.0 / 3, 0.25, 4.0 / 13, 0.651282051282051282051282051282, 0.6, 6.0 / 7, 1,
        ],
        Stages =
        [
            [],
            [0.0526001519587677318785587544488],
            [0.0197250569845378994544595329183, 0.0591751709536136983633785987549],
            [0.0295875854768068491816892993775, 0, 0.0887627564304205475450678981324],
            [0.241365134159266685502369798665, 0, -0.884549479328286085344864962717, 0.924834003261792003115737966543],
            [1.0 / 27, 0, 0, 0.170828608729473871279604482173, 0.125467687566822425016691814123],
            [0.037109375, 0, 0, 0.170252211019544039314978060272, 0.0602165389804559606850219397283, -0.017578125],
            [
                0.0370920001185047927108779319836, 0, 0, 0.170383925712239993810214054705, 0.107262030446373284651809199168,
                -0.0153194377486244017527936158236, 0.00827378916381402288758473766002,
            ],
            [
                0.624110958716075717114429577812, 0, 0, -3.36089262944694129406857109825, -0.868219346841726006818189891453,
                27.5920996994467083049415600797, 20.1540675504778934086186788979, -43.4898841810699588477366255144,
            ],
            [
                0.477662536438264365890433908527, 0, 0, -2.48811461997166764192642586468, -0.590290826836842996371446475743,
                21.2300514481811942347288949897, 15.2792336328824235832596922938, -33.2882109689848629194453265587,
                -0.0203312017085086261358222928593,
            ],
            [
                -0.93714243008598732571704021658, 0, 0, 5.18637242884406370830023853209, 1.09143734899672957818500254654,
                -8.14978701074692612513997267357, -18.5200656599969598641566180701, 22.7394870993505042818970056734,
                2.49360555267965238987089396762, -3.0467644718982195003823669022,
            ],
            [
                2.27331014751653820792359768449, 0, 0, -10.5344954667372501984066689879, -2.00087205822486249909675718444,
                -17.9589318631187989172765950534, 27.9488845294199600508499808837, -2.85899827713502369474065508674,
                -8.87285693353062954433549289258, 12.3605671757943030647266201528, 0.643392746015763530355970484046,
            ],
        ],
        Weights =
        [
            0.0542937341165687622380535766363, 0, 0, 0, 0, 4.45031289275240888144113950566, 1.89151789931450038304281599044,
            -5.8012039600105847814672114227, 0.31116436695781989440891606237, -0.152160949662516078556178806805,
            0.201365400804030348374776537501, 0.0447106157277725905176885569043,
        ],
        ErrorWeights =
        [
            0.01312004499419488073250102996, 0, 0, 0, 0, -1.225156446376204440720569753, -0.4957589496572501915214079952,
            1.664377182454986536961530415, -0.3503288487499736816886487290, 0.3341791187130174790297318841,
            0.08192320648511571246570742613, -0.02235530786388629525884427845, 0,
        ],
        CoarseErrorWeights =
        [
            -0.189800754072407617382868756574, 0, 0, 0, 0, 4.45031289275240888144113950566, 1.89151789931450038304281599044,
            -5.8012039600105847814672114227, -0.422682321323791962932445679177, -0.152160949662516078556178806805,
            0.201365400804030348374776537501, 0.0226517921983608252170407424708, 0,
        ],
    };

    /// <summary>Order of the state that a step returns.</summary>
    public required int Order { get; init; }

    /// <summary>q: the error is controlled like h^(q + 1).</summary>
    public required int ErrorOrder { get; init; }

    /// <summary>c_i, one a stage.</summary>
    public required IReadOnlyList<double> Nodes { get; init; }

    /// <summary>a_ij: row i holds the weights of the stages before i.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Stages { get; init; }

    /// <summary>b_i, one a stage.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>e_i, one a stage and one for the slope at the end.</summary>
    public required IReadOnlyList<double> ErrorWeights { get; init; }

    /// <summary>The weights of a second, coarser error estimate, where the method has one.</summary>
    public IReadOnlyList<double>? CoarseErrorWeights { get; init; }
}
