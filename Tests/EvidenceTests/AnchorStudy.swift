import Files
import Foundation
import TestSupport
import Testing
import Training
import TransformerModel

@testable import Evidence

/// What an anchor is worth: temporary study.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["ANCHOR_STUDY"] != nil)) struct AnchorStudy {
    @Test func study() throws {
        let tables = EvidenceTables(steps: try EvidenceFixtures.table("measured-steps"))
        let measured = MeasuredSteps(tables.steps, inference: tables.inference())
        let machines = measured.cases.map(\.inputs.machine)
        let problem = StepFit(
            measured, numbers: ConstantPriors.all + SoftwarePriors.all + MachinePriors.all(of: machines))
        let scales = [0.01, 0.02, 0.04, 0.08]
        let counts = [1, 2, 4, 8]
        var random = SplitMix64(seed: 1)
        let groups = Set(measured.cases.map(\.group)).sorted()
        func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
        for group in groups {
            let start = Date()
            let fit = problem.fit(without: .group(group))
            say("GROUP \(group) fitted in \(Date().timeIntervalSince(start)) s")
            let own = measured.cases.indices.filter {
                measured.cases[$0].group == group && !measured.cases[$0].isDoubtful
            }
            let clusters = Dictionary(grouping: own) { index -> String in
                let inputs = measured.cases[index].inputs
                return inputs.evidenceClass + " " + inputs.machine.name
            }
            for (name, indices) in clusters.sorted(by: { $0.key < $1.key }) where indices.count >= 4 {
                let cases = indices.map { index -> MeasuredSteps.Case in
                    let entry = measured.cases[index]
                    let old = entry.inputs
                    var machine = old.machine
                    machine.calibration = fit.setting.calibrations[machine.name] ?? machine.calibration
                    var software = old.software
                    software.conduct = fit.setting.conducts[software.name] ?? software.conduct
                    var job = old.job
                    job.conduct = software.conduct
                    return MeasuredSteps.Case(
                        ids: entry.ids, group: entry.group,
                        inputs: StepInputs(
                            job: job, layout: old.layout, machine: machine, software: software, assumed: []),
                        measured: entry.measured, isComplete: true, isDoubtful: false, sweep: entry.sweep,
                        plan: entry.plan)
                }
                let all = MeasuredSteps(cases: cases, failures: [], noise: nil)
                let machine = cases[0].inputs.machine
                let numbers =
                    MachinePriors.numbers(of: machine)
                    + SoftwarePriors.numbers(of: cases[0].inputs.software.name, like: "megatron-core")
                let whole = StepFit(all, numbers: numbers, constants: fit.setting.constants, rules: .anchor)
                let shipped = whole.seconds(whole.base)
                let before = cases.indices.map { log(shipped[$0] / cases[$0].measured) }
                var line =
                    "CLUSTER|\(group)|\(name)|\(cases.count)|\(Self.median(before.map(abs)))"
                    + "|\(Self.quantile(before, 0.1))|\(Self.quantile(before, 0.9))"
                for scale in scales {
                    for count in counts where count * 2 <= cases.count {
                        var errors: [Double] = []
                        var rest: [Double] = []
                        for _ in 0..<6 {
                            let chosen = Array(cases.indices.shuffled(using: &random).prefix(count))
                            let anchor = StepFit(
                                all.arranged(chosen), numbers: numbers, constants: fit.setting.constants,
                                rules: StepFit.Rules(scale: scale, weighing: .rows, centre: .present))
                            let setting = anchor.fit().setting
                            for index in cases.indices where !chosen.contains(index) {
                                errors.append(
                                    log(whole.seconds(setting, ofRow: index) / cases[index].measured))
                                rest.append(before[index])
                            }
                        }
                        line +=
                            "\n  SCALE|\(scale)|\(count)|\(Self.median(rest.map(abs)))|\(Self.median(errors.map(abs)))"
                            + "|\(Self.quantile(rest, 0.1))|\(Self.quantile(rest, 0.9))|\(Self.quantile(errors, 0.1))|\(Self.quantile(errors, 0.9))"
                    }
                }
                say(line)
            }
        }
    }

    static func median(_ numbers: [Double]) -> Double { quantile(numbers, 0.5) }
    static func quantile(_ numbers: [Double], _ share: Double) -> Double {
        ErrorStatistics.quantile(numbers.sorted(), share)
    }
}
