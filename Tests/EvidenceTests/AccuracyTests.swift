import TestSupport
import Testing

@testable import Evidence

/// The published figures: a change that makes predictions worse fails here.
///
/// Limits lie just above what
/// `docs/transformer-accuracy.md` reports.
@Suite struct AccuracyTests {
    static let run: ValidationRun? = (try? EvidenceFixtures.published()).map { ValidationRun($0) }

    @Test("Errors over all rows, with nothing left out but the one row that states an impossible layout")
    func overall() throws {
        let run = try #require(Self.run)
        let all = try #require(run.steps.overall)
        #expect(run.failures.map(\.id) == ["MBRIDGE-263"])
        #expect(all.errors.rows == 539)
        #expect(all.errors.medianAbsolute < 0.051)
        #expect(all.errors.meanAbsolute < 0.072)
        #expect(abs(all.errors.bias) < 0.02)
        #expect(try #require(all.completeErrors).meanAbsolute < 0.058)
    }

    @Test("No group of complete rows is biased by more than 15 percent; KORTHI within 4 percent")
    func groups() throws {
        let steps = try #require(Self.run).steps
        for group in steps.groups {
            if let complete = group.completeErrors { #expect(abs(complete.bias) < 0.15, "\(group.name)") }
        }
        let four = try #require(steps.groups.first { $0.name == "KORTHI" })
        #expect(four.errors.rows == 4 && four.errors.meanAbsolute < 0.04)
    }

    @Test("Plans are ranked, and the plan chosen costs little")
    func sweeps() throws {
        let steps = try #require(Self.run).steps
        #expect(try #require(steps.rankCorrelation) > 0.845)
        #expect(try #require(steps.selectionRegret) < 0.025)
        #expect(try #require(steps.worstRegret) < 0.14)
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

    @Test("Fits that have not seen a group predict it")
    func leaveOneGroupOut() async throws {
        let tables = EvidenceTables(steps: try EvidenceFixtures.table("measured-steps"))
        let run = try await CalibrationRun(tables, extent: .everything, validation: .leaveOneGroupOut)
        let left = try #require(run.crossValidated)
        let shared = try #require(left.sharedMachines)
        #expect(shared.errors.medianAbsolute < 0.065)
        #expect(shared.errors.meanAbsolute < 0.088)
        #expect(try #require(left.rankCorrelation) > 0.84)
        #expect(try #require(left.selectionRegret) < 0.03)
        // What is shipped is this fit, to four digits.
        let (shipped, fitted) = (try #require(run.before.overall), try #require(run.fitted.overall))
        #expect(abs(shipped.errors.meanAbsolute - fitted.errors.meanAbsolute) < 0.002)
    }
}
