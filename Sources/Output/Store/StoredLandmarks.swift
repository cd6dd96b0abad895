import Foundation
import Optimization
import Quantities
import ScalingModel

/// The landmarks of a curve as the store keeps them: amounts of compute and decisions, no prices.
struct StoredLandmarks: Codable, Hashable, Sendable {
    let linear: Extent
    let lastReturn: Mark?
    let feasible: Extent
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

    /// How far a property reaches.
    enum Extent: Codable, Hashable, Sendable {
        case nowhere
        case until(Mark)
        case throughout

        init(_ extent: ScalingFrontier.Extent, choice: ShapeChoice) {
            switch extent {
            case .nowhere: self = .nowhere
            case .until(let landmark): self = .until(Mark(landmark, choice: choice))
            case .throughout: self = .throughout
            }
        }

        func extent(_ sweep: FrontierSweep) throws -> ScalingFrontier.Extent {
            switch self {
            case .nowhere: .nowhere
            case .until(let mark): .until(try mark.landmark(sweep))
            case .throughout: .throughout
            }
        }
    }

    init(_ landmarks: ScalingFrontier.Landmarks, choice: ShapeChoice) {
        linear = Extent(landmarks.linear, choice: choice)
        lastReturn = landmarks.lastReturn.map { Mark($0, choice: choice) }
        feasible = Extent(landmarks.feasible, choice: choice)
        wall = landmarks.latencyWall
    }

    /// The landmarks with prices computed anew.
    /// - Throws: where a plan is no answer.
    func landmarks(_ sweep: FrontierSweep) throws -> ScalingFrontier.Landmarks {
        ScalingFrontier.Landmarks(
            linear: try linear.extent(sweep), lastReturn: try lastReturn?.landmark(sweep),
            feasible: try feasible.extent(sweep), latencyWall: wall)
    }

    /// As one line of JSON with sorted names.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
