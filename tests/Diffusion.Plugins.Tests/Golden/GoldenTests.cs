using System.Text.Json;
using Xunit;

namespace Diffusion.Plugins.Tests.Golden;

/// <summary>
/// Runs of public samplers, reproduced state by state wherever the components can express them. Cases are chosen by peer, family and
/// arguments, never by name, so that the tests hold for any file of the same format.
/// </summary>
[Trait("Category", "Golden")]
public sealed class GoldenTests(ITestOutputHelper output)
{
    private static readonly string[] ExpressedFamilies =
    [
        "k_diffusion/euler", "k_diffusion/heun", "k_diffusion/dpmpp_2m", "k_diffusion/euler_ancestral", "k_diffusion/euler_ancestral_eta0",
        "k_diffusion/dpmpp_2m_sde_midpoint_eta0", "k_diffusion/dpmpp_2m_sde_heun_eta0", "k_diffusion/grid_get_sigmas_karras",
        "k_diffusion/grid_get_sigmas_exponential", "k_diffusion/grid_get_sigmas_vp", "edm/edm_sampler",
        "edm/ablation_edm-linear-none_euler", "edm/ablation_edm-linear-none_heun", "edm/ablation_ve-ve-none_euler",
        "edm/ablation_ve-ve-none_heun", "edm/ablation_vp-vp-vp_euler", "edm/ablation_vp-vp-vp_heun", "edm/ablation_edm-vp-vp_euler",
        "edm/ablation_edm-vp-vp_heun", "edm/ablation_alpha", "edm/schedule", "dpm_solver/multistep_noise_o1", "dpm_solver/multistep_pp_o1",
        "dpm_solver/multistep_pp_o2", "dpm_solver/schedule", "diffusers/ddim_eta0", "diffusers/ddim_eta1", "diffusers/ddpm",
        "diffusers/euler", "diffusers/euler_ancestral", "diffusers/heun", "diffusers/dpmm_pp_o1_midpoint", "diffusers/dpmm_pp_o2_midpoint",
        "diffusers/dpmm_pp_o2_heun", "diffusers/dpmm_noise_o1_midpoint", "score_sde/euler_maruyama_vp", "score_sde/euler_maruyama_subvp",
        "score_sde/euler_maruyama_ve", "score_sde/reverse_diffusion_subvp", "score_sde/reverse_diffusion_pf_subvp", "score_sde/schedule",
        "azula/ddpm", "azula/ddim_eta0", "azula/ddim_eta05", "azula/euler", "azula/heun", "azula/xeab2", "truth/flow_gmm2",
        "truth/flow_gauss3", "k_diffusion/grid_get_sigmas_polyexponential", "edm/ablation_vp-linear-none_euler",
        "edm/ablation_vp-linear-none_heun", "edm/ablation_iddpm-linear-none_euler", "edm/ablation_iddpm-linear-none_heun",
        "edm/ablation_edm-ve-none_euler", "edm/ablation_edm-ve-none_heun", "edm/grid_iddpm", "dpm_solver/timegrid", "unipc/schedule",
        "diffusers/betas", "diffusers/timesteps", "score_sde/discrete", "azula/schedule", "truth/schedule_exact", "edm/loss_weight",
        "k_diffusion/precond", "edm/precond", "score_sde/ode_rk45_vp", "score_sde/ode_rk45_subvp", "score_sde/ode_rk45_ve",
        "score_sde/ode_rk23_vp", "score_sde/ode_dop853_vp", "k_diffusion/dpm_adaptive", "k_diffusion/dpm_adaptive_eta",
        "dpm_solver/adaptive_noise", "dpm_solver/adaptive_pp", "k_diffusion/dpm_2", "k_diffusion/dpm_2_ancestral_eta0",
        "k_diffusion/dpmpp_2s_eta0", "k_diffusion/dpmpp_sde_eta0", "k_diffusion/dpmpp_3m_sde_eta0", "k_diffusion/lms2", "k_diffusion/lms3",
        "k_diffusion/lms4", "k_diffusion/dpm_fast", "dpm_solver/multistep_noise_o2", "dpm_solver/multistep_noise_o3",
        "dpm_solver/multistep_pp_o3", "dpm_solver/multistep_noise_taylor", "dpm_solver/multistep_pp_taylor",
        "dpm_solver/multistep_noise_opts", "dpm_solver/multistep_pp_opts", "dpm_solver/singlestep_noise_o2",
        "dpm_solver/singlestep_noise_o3", "dpm_solver/singlestep_pp_o2", "dpm_solver/singlestep_pp_o3",
        "dpm_solver/singlestep_noise_taylor", "dpm_solver/singlestep_pp_taylor", "dpm_solver/fixed_noise", "dpm_solver/fixed_pp",
        "unipc/bh1_x0_o1", "unipc/bh1_x0_o2", "unipc/bh1_x0_o3", "unipc/bh1_eps_o1", "unipc/bh1_eps_o2", "unipc/bh1_eps_o3",
        "unipc/bh2_x0_o1", "unipc/bh2_x0_o2", "unipc/bh2_x0_o3", "unipc/bh2_eps_o1", "unipc/bh2_eps_o2", "unipc/bh2_eps_o3",
        "unipc/bh2_opts", "unipc/vary_x0", "unipc/vary_eps", "diffusers/plms", "diffusers/pndm_prk", "diffusers/deis_o1",
        "diffusers/deis_o2", "diffusers/deis_o3", "diffusers/deis_karras", "diffusers/dpmm_pp_o3_midpoint",
        "diffusers/dpmm_noise_o2_midpoint", "diffusers/dpmm_noise_o2_heun", "diffusers/dpmm_noise_o3_midpoint", "diffusers/dpmm_karras",
        "diffusers/dpmm_lu", "diffusers/dpms_pp_o2", "diffusers/dpms_pp_o3", "diffusers/kdpm2", "diffusers/lms",
        "diffusers/unipc_bh1_o1_smin", "diffusers/unipc_bh1_o2_smin", "diffusers/unipc_bh1_o3_smin", "diffusers/unipc_bh2_o1",
        "diffusers/unipc_bh2_o1_smin", "diffusers/unipc_bh2_o2", "diffusers/unipc_bh2_o2_smin", "diffusers/unipc_bh2_o3",
        "diffusers/unipc_bh2_o3_smin", "diffusers/ddim_eta0_trailing", "azula/zab2", "azula/zab3", "azula/vab2", "azula/zeab2",
        "azula/zeab3", "azula/xeab3", "k_diffusion/log_likelihood", "score_sde/likelihood_exact_vp", "score_sde/likelihood_hutch_vp",
        "score_sde/likelihood_exact_subvp", "score_sde/likelihood_hutch_subvp", "score_sde/likelihood_exact_ve",
        "score_sde/likelihood_hutch_ve", "score_sde/prior_logp", "k_diffusion/dpm_2_ancestral", "k_diffusion/dpmpp_2s_ancestral",
        "k_diffusion/dpmpp_sde", "k_diffusion/dpmpp_2m_sde_midpoint", "k_diffusion/dpmpp_2m_sde_heun", "k_diffusion/dpmpp_3m_sde",
        "k_diffusion/euler_churn", "k_diffusion/heun_churn", "k_diffusion/dpm_2_churn", "k_diffusion/dpm_fast_eta",
        "k_diffusion/ancestral_step", "edm/edm_sampler_churn", "edm/ablation_vp_churn", "edm/ablation_ve_churn",
        "score_sde/reverse_diffusion_vp", "score_sde/reverse_diffusion_pf_vp", "score_sde/reverse_diffusion_ve",
        "score_sde/reverse_diffusion_pf_ve", "score_sde/ancestral_vp", "score_sde/ancestral_ve", "score_sde/pc_langevin_vp",
        "score_sde/langevin_only_vp", "score_sde/ald_vp", "score_sde/pc_langevin_ve", "score_sde/langevin_only_ve", "score_sde/ald_ve",
        "azula/ito", "azula/ito_temp", "azula/pc", "diffusers/ddpm_fixed_large", "diffusers/kdpm2_ancestral", "diffusers/dpmm_sde_pp",
        "diffusers/dpmm_sde_noise",
    ];

    public static IEnumerable<TheoryDataRow<string, string>> Expressed =>
        GoldenFolder.Missing is { } missing
            ? [new TheoryDataRow<string, string>("", "") { Skip = missing }]
            : GoldenFolder.Cases.Where(golden => GoldenClaim.About(golden).Check is not null)
                .Select(golden => new TheoryDataRow<string, string>(golden.Peer, golden.Id));

    public static IEnumerable<TheoryDataRow<int>> TargetChecks =>
        GoldenFolder.Missing is { } missing
            ? [new TheoryDataRow<int>(0) { Skip = missing }]
            : Enumerable.Range(0, GoldenFolder.Common.GetProperty("target_check").GetArrayLength()).Select(i => new TheoryDataRow<int>(i));

    [Theory]
    [MemberData(nameof(TargetChecks))]
    public void The_exact_model_is_the_one_the_peers_were_given(int index)
    {
        JsonElement check = GoldenFolder.Common.GetProperty("target_check")[index];
        ExactMixture target = GoldenCase.TargetOf(check.GetProperty("target").GetString()!);
        (double alpha, double sigma) = (check.GetProperty("alpha").GetDouble(), check.GetProperty("sigma").GetDouble());
        foreach ((double[] x, int i) in GoldenCase.Flatten(check.GetProperty("x")).Chunk(target.Dimension).Select((x, i) => (x, i)))
        {
            double[] noise = target.Noise(x, alpha, sigma);
            AssertNear(check.GetProperty("logp")[i].GetDouble(), target.LogDensity(x, alpha, sigma));
            AssertAllNear("denoised", i, target.Denoised(x, alpha, sigma));
            AssertAllNear("eps", i, noise);
            AssertAllNear("score", i, [.. noise.Select(value => -value / sigma)]);
        }

        void AssertAllNear(string field, int row, double[] actual)
        {
            for (int j = 0; j < actual.Length; j++)
                AssertNear(check.GetProperty(field)[row][j].GetDouble(), actual[j]);
        }

        static void AssertNear(double expected, double actual) => Assert.Equal(expected, actual, 1e-12 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(Expressed))]
    public void A_run_or_table_of_a_peer_is_reproduced(string peer, string id) =>
        GoldenClaim.About(GoldenFolder.Cases.Single(golden => golden.Peer == peer && golden.Id == id)).Check!();

    [Fact]
    public void Every_other_case_has_its_reason()
    {
        Assert.SkipWhen(GoldenFolder.Missing is not null, GoldenFolder.Missing ?? "");
        (GoldenCase Golden, GoldenClaim Claim)[] all = [.. GoldenFolder.Cases.Select(golden => (golden, GoldenClaim.About(golden)))];
        output.WriteLine($"{all.Count(one => one.Claim.Check is not null)} of {all.Length} cases expressed; not so:");
        foreach (var group in all.Where(one => one.Claim.Check is null).GroupBy(one => (one.Golden.Peer, one.Claim.Reason)))
        {
            Assert.NotEmpty(group.Key.Reason);
            output.WriteLine($"{group.Key.Peer}: {group.Key.Reason}: {string.Join(", ", group.Select(one => one.Golden.Id))}");
        }
    }

    [Fact]
    public void A_family_that_can_be_expressed_is_not_given_up()
    {
        Assert.SkipWhen(GoldenFolder.Missing is not null, GoldenFolder.Missing ?? "");
        foreach (var family in GoldenFolder.Cases.GroupBy(golden => $"{golden.Peer}/{golden.Family}").Where(family => ExpressedFamilies.Contains(family.Key)))
            Assert.True(family.Any(golden => GoldenClaim.About(golden).Check is not null), $"no case of {family.Key} is compared any more");
    }
}
