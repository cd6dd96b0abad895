import Foundation
import TestSupport
import Testing
import Training
import TransformerModel

@testable import Evidence

/// What an anchor is worth on clusters that a fit has not seen: published groups, each left out of the fit, then
/// anchored to a few of its rows and held against the others.
///
/// `ANCHOR_WORTH=all` prints the table of docs/transformer-accuracy.md.
@Suite struct AnchorWorthTests {
    /// Rows that an anchor takes.
    static let counts = [1, 2, 4, 8]

    /// The plans of one group on one machine by one software, priced by a fit without the group.
    private struct Cluster {
        let steps: MeasuredSteps
        let fit: StepFit
        let numbers: [FittedNumber]
        /// Plans that anchors are drawn from and tried on together: of one model, or all.
        let models: [[Int]]
        let all: [[Int]]

        init(_ measured: MeasuredSteps, _ indices: [Int], _ setting: FittedSetting) {
            let cases = indices.map { index -> MeasuredSteps.Case in
                let entry = measured.cases[index]
                let old = entry.inputs
                var (machine, software, job) = (old.machine, old.software, old.job)
                machine.calibration = setting.calibrations[machine.name] ?? machine.calibration
                software.conduct = setting.conducts[software.name] ?? software.conduct
                job.conduct = software.conduct
                return MeasuredSteps.Case(
                    ids: entry.ids, group: entry.group,
                    inputs: StepInputs(
                        job: job, layout: old.layout, machine: machine, software: software, assumed: []),
                    measured: entry.measured, isComplete: true, isDoubtful: false, sweep: "", plan: entry.plan
                )
            }
            steps = MeasuredSteps(cases: cases, failures: [], noise: nil)
            numbers =
                MachinePriors.numbers(of: cases[0].inputs.machine)
                + SoftwarePriors.numbers(of: cases[0].inputs.software.name, like: "megatron-core")
            fit = StepFit(steps, numbers: numbers, constants: setting.constants, rules: .anchor)
            all = [Array(cases.indices)]
            models = Dictionary(grouping: cases.indices) { index in
                let model = cases[index].inputs.job.model
                return "\(model.name) \(model.layers) \(model.width) \(model.sequenceLength)"
            }.sorted { $0.key < $1.key }.map(\.value)
        }

        /// Median errors of the rows that an anchor has not seen, before and after; nil where there are too few.
        func errors(
            _ count: Int, of pools: [[Int]], scale: Double, _ random: inout SplitMix64
        ) -> (before: [Double], after: [Double])? {
            let large = pools.filter { $0.count >= max(3, 2 * count) }
            guard !large.isEmpty else { return nil }
            let shipped = fit.seconds(fit.base)
            var (before, after): ([Double], [Double]) = ([], [])
            let rules = StepFit.Rules(scale: scale, weighing: .rows, centre: StepFit.Rules.anchor.centre)
            for draw in 0..<max(20, 2 * large.count) {
                let pool = large[draw % large.count].shuffled(using: &random)
                let anchor = StepFit(
                    steps.arranged(Array(pool.prefix(count))), numbers: numbers,
                    constants: fit.base.constants, rules: rules)
                let setting = anchor.fit().setting
                for index in pool.dropFirst(count) {
                    before.append(shipped[index] / steps.cases[index].measured - 1)
                    after.append(fit.seconds(setting, ofRow: index) / steps.cases[index].measured - 1)
                }
            }
            return (before, after)
        }
    }

    private static func clusters(_ groups: Set<String>?) throws -> [Cluster] {
        let tables = EvidenceTables(steps: try EvidenceFixtures.table("measured-steps"))
        let measured = MeasuredSteps(tables.steps, inference: tables.inference())
        let problem = StepFit(
            measured,
            numbers: ConstantPriors.all + SoftwarePriors.all
                + MachinePriors.all(of: measured.cases.map(\.inputs.machine)))
        let known = Set(measured.cases.map(\.group)).sorted()
        return known.filter { groups?.contains($0) ?? true }.flatMap { group -> [Cluster] in
            let setting = problem.fit(without: .group(group)).setting
            let own = measured.cases.indices.filter {
                measured.cases[$0].group == group && !measured.cases[$0].isDoubtful
            }
            let clusters: [String: [Int]] = Dictionary(grouping: own) { index -> String in
                let inputs = measured.cases[index].inputs
                return inputs.classes[0] + inputs.machine.name
            }
            let large = clusters.sorted { $0.key < $1.key }.map(\.value).filter { $0.count >= 4 }
            return large.map { Cluster(measured, $0, setting) }
        }
    }

    @Test(
        "One step of a model brings its other plans nearer on clusters that a fit has not seen, and more steps more so"
    )
    func worth() throws {
        let clusters = try Self.clusters(["BLOOM", "MAXTEXTREADME"])
        var random = SplitMix64(seed: 1)
        let scale = StepFit.Rules.anchor.scale
        for cluster in clusters where cluster.steps.cases.count > 20 {
            let one = try #require(cluster.errors(1, of: cluster.models, scale: scale, &random))
            let eight = try #require(cluster.errors(8, of: cluster.all, scale: scale, &random))
            for (errors, most) in [(one, 0.75), (eight, 0.6)] {
                let before = try #require(ErrorStatistics(errors.before)).medianAbsolute
                let after = try #require(ErrorStatistics(errors.after)).medianAbsolute
                #expect(after < most * before)
            }
        }
    }

    @Test(
        "The table of what anchors are worth",
        .enabled(if: ProcessInfo.processInfo.environment["ANCHOR_WORTH"] == "all"))
    func table() throws {
        let clusters = try Self.clusters(nil)
        var random = SplitMix64(seed: 1)
        print(
            "scale | plans | rows | clusters | median before, % | after | span of eight of ten before | after"
        )
        for scale in [0.01, 0.02, 0.04, 0.08] {
            for isOneModel in [true, false] {
                for count in Self.counts {
                    var (found, sums) = (0, [0.0, 0, 0, 0])
                    for cluster in clusters {
                        let pools = isOneModel ? cluster.models : cluster.all
                        guard let errors = cluster.errors(count, of: pools, scale: scale, &random),
                            let before = ErrorStatistics(errors.before),
                            let after = ErrorStatistics(errors.after)
                        else { continue }
                        found += 1
                        func span(_ errors: [Double]) -> Double {
                            let sorted = errors.sorted()
                            return ErrorStatistics.quantile(sorted, 0.9)
                                - ErrorStatistics.quantile(sorted, 0.1)
                        }
                        let row = [
                            before.medianAbsolute, after.medianAbsolute, span(errors.before),
                            span(errors.after),
                        ]
                        sums = zip(sums, row).map(+)
                    }
                    let means = sums.map { String(format: "%.1f", 100 * $0 / Double(max(1, found))) }
                    print(
                        "\(scale) | \(isOneModel ? "of the same model" : "of the cluster") | \(count) | \(found) | "
                            + means.joined(separator: " | "))
                }
            }
        }
    }
}
