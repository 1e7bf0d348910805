# Writes reference.json, which RReferenceTests compares with. Run in this folder: Rscript reference.R
num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
one <- function(x) sprintf("%.17g", x)

samples <- list(
  c(1.2, -0.3, 0.8, 2.1, 0.4),
  c(0.061, 0.064, 0.059, 0.0625, 0.0601, 0.0637, 0.0598, 0.0612, 0.0644, 0.0605),
  c(0.01, 0.02, 0.015, 0.3, 0.012, 0.04, 0.018, 0.9, 0.022, 0.011, 0.05, 0.013),
  c(-3, -2.5, -2.75, -3.125, -2.875, -2.9, -3.05),
  c(1e-7, -2e-7, 3e-7, 1.5e-7, -0.5e-7, 2.5e-7)
)
hall <- function(x, level) {
  # Hall 1992: the interval of t + g t^2/(3 sqrt n) + g^2 t^3/(27 n) + g/(6 sqrt n), found by root finding rather than by its inverse.
  n <- length(x); d <- x - mean(x); se <- sd(x) / sqrt(n)
  g <- sqrt(n * (n - 1)) / (n - 2) * mean(d^3) / mean(d^2)^1.5
  f <- function(t) t + g * t^2 / (3 * sqrt(n)) + g^2 * t^3 / (27 * n) + g / (6 * sqrt(n))
  q <- qt((1 + level) / 2, n - 1)
  # Towards the flat part of the cubic the root lies far out.
  root <- function(y) uniroot(function(t) f(t) - y, c(-200, 200), tol = 1e-14, maxiter = 10000)$root
  # No end lies further out than a multiple of Student's.
  furthest <- max(2, 20 / n)
  reach <- function(t) min(max(t, q), furthest * q)
  t0 <- abs(mean(x) / se)
  c(mean(x) - se * reach(root(q)), mean(x) + se * reach(-root(-q)), 2 * pt(-max(min(t0, abs(f(mean(x) / se))), t0 / furthest), n - 1), g)
}
lines <- sapply(samples, function(x) {
  t95 <- t.test(x); t99 <- t.test(x, conf.level = 0.99); h <- hall(x, 0.95)
  sprintf('    { "values": %s, "mean": %s, "standardError": %s, "p": %s, "interval95": %s, "interval99": %s, "skewness": %s, "wideInterval95": %s, "wideP": %s }',
    num(x), one(mean(x)), one(t95$stderr), one(t95$p.value), num(t95$conf.int), num(t99$conf.int), one(h[4]), num(h[1:2]), one(h[3]))
})
pairs <- list(list(c(0.31, 0.42, 0.35, 0.51, 0.38, 0.44), c(0.29, 0.40, 0.36, 0.45, 0.33, 0.41)))
paired <- sapply(pairs, function(p) {
  r <- t.test(p[[1]], p[[2]], paired = TRUE)
  sprintf('    { "first": %s, "second": %s, "difference": %s, "p": %s, "interval95": %s }', num(p[[1]]), num(p[[2]]), one(r$estimate), one(r$p.value), num(r$conf.int))
})
families <- list(c(0.01, 0.04, 0.03, 0.005), c(0.2, 1e-9, 0.049, 0.5, 0.011, 0.011, 1), c(0.6))
holm <- sapply(families, function(p) sprintf('    { "p": %s, "holm": %s }', num(p), num(p.adjust(p, method = "holm"))))
quantiles <- expand.grid(df = c(1, 2, 4, 9, 19, 59, 1999), p = c(0.9, 0.975, 0.995, 0.9999))
qs <- sprintf('    { "freedom": %s, "probability": %s, "quantile": %s }', one(quantiles$df), one(quantiles$p), one(qt(quantiles$p, quantiles$df)))
nc <- expand.grid(t = c(0, 0.5, 2.776, 6, 25), df = c(4, 9, 100), d = c(0.1, 1, 3.5, 12))
ncs <- sprintf('    { "t": %s, "freedom": %s, "noncentrality": %s, "probability": %s }', one(nc$t), one(nc$df), one(nc$d), one(pt(nc$t, nc$df, nc$d)))
pow <- expand.grid(n = c(5, 10, 40, 300), effect = c(0.1, 0.5, 1.5), level = c(0.05, 0.001))
pows <- sprintf('    { "repeats": %s, "effect": %s, "level": %s, "power": %s }', one(pow$n), one(pow$effect), one(pow$level),
  one(mapply(function(n, e, a) power.t.test(n = n, delta = e, sd = 1, sig.level = a, type = "one.sample")$power, pow$n, pow$effect, pow$level)))
need <- expand.grid(effect = c(0.05, 0.2, 0.7, 1.5), level = c(0.05, 0.001))
needs <- sprintf('    { "effect": %s, "level": %s, "repeats": %s }', one(need$effect), one(need$level),
  one(mapply(function(e, a) ceiling(power.t.test(power = 0.8, delta = e, sd = 1, sig.level = a, type = "one.sample", tol = 1e-9)$n), need$effect, need$level)))
section <- function(name, items) sprintf('  "%s": [\n%s\n  ]', name, paste(items, collapse = ",\n"))
writeLines(c("{", sprintf('  "from": "%s",', R.version.string), paste(c(
  section("samples", lines), section("paired", paired), section("holm", holm), section("quantiles", qs), section("noncentral", ncs), section("power", pows),
  section("repeats", needs)), collapse = ",\n"), "}"), "reference.json")
