import TestSupport
import Testing

@testable import Evidence

/// The published figures: a change that makes predictions worse fails here.
///
/// Limits lie just above what
/// `docs/transformer-accuracy.md` reports.
@Suite struct AccuracyTests {
    static let run: ValidationRun? = (try? EvidenceFixtures.published()).map { ValidationRun($0) }

    @Test("Errors over all rows, with nothing left out but two rows that state an impossible layout")
    func overall() throws {
        let run = try #require(Self.run)
        let all = try #require(run.steps.overall)
        #expect(run.failures.map(\.id) == ["MBRIDGE-263", "NANOBENCH-837"])
        #expect(all.errors.rows == 1756)
        #expect(all.errors.medianAbsolute < 0.053)
        #expect(all.errors.meanAbsolute < 0.102)
        #expect(abs(all.errors.bias) < 0.022)
        #expect(try #require(all.completeErrors).meanAbsolute < 0.058)
        #expect(try #require(run.steps.doubtful).errors.rows == 372)
    }

    @Test(
        "Errors by software, whether there are experts, and architecture",
        arguments: [
            ("megatron-core, dense, hopper", 0.05), ("megatron-core, dense, blackwell", 0.05),
            ("megatron-bridge-26.04, dense, blackwell", 0.05), ("megatron-like-2023, dense, ampere", 0.055),
            ("megatron-deepspeed-2022, dense, ampere", 0.065), ("llm-foundry-2023, dense, ampere", 0.04),
            ("llm-foundry-2023, dense, hopper", 0.035), ("modalities-2024, dense, hopper", 0.05),
            ("internevo-2023, dense, ampere", 0.06), ("nanotron-2024, dense, hopper", 0.08),
            ("maxtext, dense, tpu", 0.06), ("megatron-bridge-26.04, experts, blackwell", 0.12),
            ("megatron-core, experts, blackwell", 0.13),
        ])
    func classes(name: String, most: Double) throws {
        let group = try #require(Self.run?.steps.classes.first { $0.name == name })
        #expect(group.errors.medianAbsolute < most)
    }

    @Test("The bands that answers quote are those of the table's rows, and hold most of them")
    func bands() throws {
        let steps = try #require(Self.run).steps
        let classes = steps.classes + steps.otherClasses
        for band in PredictionBand.published {
            let group = try #require(classes.first { $0.name == band.name }, "\(band.name)")
            #expect(
                group.errors.rows == band.rows && band.rows >= PredictionBand.leastRows.widest, "\(band.name)"
            )
            #expect(band.low < band.high && band.median > 0)
            let alike = steps.measured.cases.filter {
                !$0.isDoubtful && $0.inputs.classes.contains(band.name)
            }
            #expect(band.mostGPUs == alike.map(\.inputs.layout.gpus).max(), "\(band.name)")
            // Fits that have seen the rows are nearer to them, but for chance.
            #expect(group.errors.medianAbsolute < band.median + 0.05, "\(band.name)")
        }
        let known = Set(PredictionBand.published.map(\.name))
        for group in steps.classes where group.errors.rows >= PredictionBand.leastRows.widest {
            #expect(known.contains(group.name), "\(group.name)")
        }
        let any = steps.otherClasses.filter {
            $0.name.hasPrefix("any software") && $0.errors.rows >= PredictionBand.leastRows.widest
        }
        #expect(!any.isEmpty && any.allSatisfy { known.contains($0.name) })
    }

    @Test("KORTHI is within 4 percent, and no group of complete rows but cards of natural routing is biased")
    func groups() throws {
        let steps = try #require(Self.run).steps
        for group in steps.groups where group.name != "MBCARD" {
            if let complete = group.completeErrors { #expect(abs(complete.bias) < 0.15, "\(group.name)") }
        }
        let four = try #require(steps.groups.first { $0.name == "KORTHI" })
        #expect(four.errors.rows == 4 && four.errors.meanAbsolute < 0.04)
    }

    @Test("Plans are ranked, and the plan chosen costs little")
    func sweeps() throws {
        let steps = try #require(Self.run).steps
        #expect(try #require(steps.rankCorrelation) > 0.78)
        #expect(try #require(steps.selectionRegret) < 0.16)
        // Of nanotron's, three sweeps of 512 accelerators have rows that took twice to three times what their like took.
        let others = steps.sweeps.filter { !$0.name.hasPrefix("NANOBENCH") }.compactMap(\.selectionRegret)
        #expect(others.reduce(0, +) / Double(others.count) < 0.06)
        #expect(try #require(others.max()) < 0.26)
    }

    @Test("Memory: what ran, what did not, and allocator peaks")
    func memory() throws {
        let run = try #require(Self.run)
        #expect(try #require(run.steps.overall).fitting >= 0.97)
        #expect(try #require(run.failed?.notFitting) >= 0.92)
        let peaks = try #require(run.readings?.errors(of: .allocated))
        #expect(peaks.rows == 22 && peaks.meanAbsolute < 0.05)
        let activations = try #require(run.readings?.errors(of: .activations))
        #expect(activations.meanAbsolute < 0.001)
        #expect(run.readings?.skipped.isEmpty == false)
    }

    @Test("Fits that have not seen a group predict it, and what is shipped is the fit of all")
    func leaveOneGroupOut() async throws {
        let table = try EvidenceFixtures.table("measured-steps")
        let run = try CalibrationRun(EvidenceTables(steps: table), extent: .everything)
        let (shipped, fitted) = (try #require(run.before.overall), try #require(run.fitted.overall))
        #expect(abs(shipped.errors.meanAbsolute - fitted.errors.meanAbsolute) < 0.002)
        let measured = run.fitted.measured
        let machines = measured.cases.map(\.inputs.machine)
        let problem = StepFit(
            measured, numbers: ConstantPriors.all + SoftwarePriors.all + MachinePriors.all(of: machines))
        for (name, most) in [("ALEPH", 0.06), ("MODALITIES", 0.085), ("MPT", 0.055)] {
            let seconds = problem.seconds(problem.fit(without: .group(name)).setting)
            let errors = measured.cases.indices.filter { measured.cases[$0].group == name }
                .map { seconds[$0] / measured.cases[$0].measured - 1 }
            #expect(try #require(ErrorStatistics(errors)).medianAbsolute < most, "\(name)")
        }
    }
}
