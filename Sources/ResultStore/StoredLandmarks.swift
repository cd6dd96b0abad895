import Foundation
import Quantities
import Search

/// The landmarks of a curve as the store keeps them: amounts of compute and decisions, no prices.
struct StoredLandmarks: Codable, Hashable, Sendable {
    let end: Mark?
    let largest: Mark?
    let wall: Double?

    /// A place on the curve.
    struct Mark: Codable, Hashable, Sendable {
        let flop: Double
        let layout: RecordedPlan

        init(_ landmark: ScalingFrontier.Landmark, choice: ShapeChoice) {
            flop = landmark.flop
            layout = RecordedPlan(landmark.plan, choice: choice, run: .kept)
        }

        /// The place with its price computed anew.
        /// - Throws: where the plan is no answer there.
        func landmark(_ sweep: FrontierSweep) throws -> ScalingFrontier.Landmark {
            var question = sweep.template
            question.given = .flopAndTime(flop: flop, time: sweep.time)
            let plan = try Planner(question).recalled(layout)
            return ScalingFrontier.Landmark(flop: flop, plan: plan)
        }
    }

    init(_ frontier: ScalingFrontier) {
        let choice = frontier.sweep.template.shape
        end = frontier.endOfLinearScaling.map { Mark($0, choice: choice) }
        largest = frontier.largestRun.map { Mark($0, choice: choice) }
        wall = frontier.latencyWall
    }

    /// The landmarks with prices computed anew.
    /// - Throws: where a plan is no answer.
    func landmarks(_ sweep: FrontierSweep) throws -> ScalingFrontier.Landmarks {
        ScalingFrontier.Landmarks(
            endOfLinearScaling: try end?.landmark(sweep), largestRun: try largest?.landmark(sweep),
            latencyWall: wall)
    }

    /// As one line of JSON with sorted names.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
