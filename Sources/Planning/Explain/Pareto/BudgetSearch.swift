import Foundation
public import Optimization
import Quantities
public import ScalingModel
import Training

/// The fastest run of some compute that a sum of money pays for, over all numbers of accelerators.
///
/// With T(n) the least time on at most n accelerators, a run on n of them costs n·T(n)·price. T never rises with n,
/// so sizes are tried from the largest downwards, and the first that the money pays for is the fastest. Most are
/// passed over: where a plan on g ≤ n accelerators takes T(n) and costs too much,
/// - sizes from g to n take no less time on no fewer accelerators, and cost too much as well;
/// - sizes n' below take at least T(n), so n' must be at most money / (price · T(n)).
public struct BudgetSearch: Sendable {
    private let question: PlanningQuestion
    private let flop: Double
    private let most: Int
    private let prices: RunPrices
    private let dollars: Double

    /// Takes a question about time.
    /// - Parameters:
    ///   - question: its `given` is replaced.
    ///   - flop: training compute.
    ///   - most: accelerators at most.
    ///   - prices: what an hour costs; a price must be known.
    ///   - dollars: what may be spent, above 0.
    public init(
        _ question: PlanningQuestion, flop: Double, most: Int = DataMovementSpace.mostGPUs, prices: RunPrices,
        dollars: Double
    ) {
        self.question = question
        self.flop = flop
        self.most = most
        self.prices = prices
        self.dollars = dollars
    }

    /// Searches on the calling thread.
    /// - Parameter solver: for the engine `mip`; nil for none.
    /// - Returns: the answer on the accelerators that are reserved, or why the money does not do.
    /// - Throws: ``PlanningError`` where the question cannot be asked, `EngineError` where the engine fails.
    public func answer(solver: (any MixedIntegerSolver)? = nil) throws -> PlanningAnswer {
        let begun = ContinuousClock.now
        var (account, searches) = (LeafAccount.empty, 0)
        func asked(_ given: Given, _ objective: ScalingModel.Objective? = nil) throws -> PlanningAnswer {
            var question = question
            question.given = given
            if let objective { question.objective = objective }
            question.timeLimit = question.timeLimit - Seconds((.now - begun) / .seconds(1))
            question.timeLimit = max(question.timeLimit, Seconds(1e-3))
            let answer = try Planner(question, solver: solver).answer()
            account.add(answer.certificate.account)
            searches += answer.certificate.searches
            return answer
        }
        /// An answer with what all searches did.
        func summed(_ answer: PlanningAnswer) -> PlanningAnswer {
            var certificate = answer.certificate
            (certificate.account, certificate.searches) = (account, searches)
            return PlanningAnswer(
                question: answer.question, plans: answer.plans, certificate: certificate,
                infeasibility: answer.infeasibility, notes: answer.notes)
        }
        guard let hour = prices.dollarsPerHour else {
            throw PlanningError("no price of \(question.machine.name) is known")
        }
        let seconds = dollars / hour * 3600
        let cheapest = try asked(.flopAndTime(flop: flop, time: Self.anyTime), .utilization)
        if let least = leastSeconds(cheapest), least > seconds * (1 + 1e-9) {
            return summed(refused(cheapest, by: least / 3600 * hour))
        }
        var gpus = most
        while gpus >= 1 {
            var answer = try asked(.gpusAndFlop(gpus: gpus, flop: flop))
            guard let best = answer.best?.onLeastCluster else {
                if gpus == most { return summed(answer) }
                if answer.certificate.account.open > 0 { return summed(stopped(answer)) }
                break
            }
            let spent = Double(best.gpusGiven) * best.total.value
            if spent <= seconds * (1 + 1e-9) {
                if best.gpusGiven < gpus {
                    answer = try asked(.gpusAndFlop(gpus: best.gpusGiven, flop: flop))
                }
                return summed(noting(answer))
            }
            // Sizes are passed over on the strength of the least time alone.
            guard answer.certificate.isOptimal else { return summed(stopped(answer)) }
            gpus = min(best.gpusGiven - 1, Int(min(seconds / best.total.value * (1 + 1e-9), 9e15)))
        }
        return summed(refused(cheapest, by: leastSeconds(cheapest).map { $0 / 3600 * hour }))
    }

    /// Longer than any run.
    private static let anyTime = Seconds(1e30)

    /// Accelerator-seconds that no plan goes below; nil where nothing is proved.
    private func leastSeconds(_ cheapest: PlanningAnswer) -> Double? {
        guard let best = cheapest.best,
            case .highestUtilization(let utilization) = cheapest.certificate.bound
        else { return nil }
        return Double(best.gpusGiven) * best.total.value * best.utilization / utilization
    }

    private func stopped(_ answer: PlanningAnswer) -> PlanningAnswer {
        PlanningAnswer(
            question: answer.question, plans: [], certificate: answer.certificate,
            infeasibility: ["the time limit ended the search before a run was found that the money pays for"],
            notes: [])
    }

    private func noting(_ answer: PlanningAnswer) -> PlanningAnswer {
        PlanningAnswer(
            question: answer.question, plans: answer.plans, certificate: answer.certificate,
            infeasibility: answer.infeasibility,
            notes: answer.notes + [
                "the fastest run that $\(Readable.significant(dollars)) pay for: every larger number of "
                    + "\(question.machine.unit)s that is faster costs more"
            ])
    }

    private func refused(_ cheapest: PlanningAnswer, by least: Double?) -> PlanningAnswer {
        // What was proved of the cheapest plan is no proof of an answer.
        var certificate = cheapest.certificate
        (certificate.isOptimal, certificate.bound, certificate.gap) = (false, nil, nil)
        let known = least.map { ": no plan costs less than $\(Readable.significant($0, digits: 4))" } ?? ""
        return PlanningAnswer(
            question: cheapest.question, plans: [], certificate: certificate,
            infeasibility: cheapest.best == nil
                ? cheapest.infeasibility
                : [
                    "$\(Readable.significant(dollars)) do not pay for a run of \(Readable.scientific(flop)) FLOP"
                        + "\(known); allow more money or ask for less compute"
                ],
            notes: [])
    }
}
