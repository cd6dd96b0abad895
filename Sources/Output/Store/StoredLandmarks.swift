import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel

/// The landmarks of a curve as the store keeps them: amounts of compute and decisions, no prices.
struct StoredLandmarks<Question: SweepQuestion>: Codable, Hashable, Sendable {
    let linear: Extent
    let lastReturn: Mark?
    let feasible: Extent
    let wall: Double?

    /// A place on the curve.
    struct Mark: Codable, Hashable, Sendable {
        let flop: Double
        let layout: Question.Record

        init(_ landmark: Landmark<Question.Priced>, of question: Question) {
            flop = landmark.flop
            layout = question.record(landmark.plan, run: .kept)
        }

        /// The place with its price computed anew.
        /// - Throws: where the plan is no answer there.
        func landmark(_ sweep: Sweep<Question>) throws -> Landmark<Question.Priced> {
            let cell = SweepCell(index: 0, gpus: nil, flop: flop, width: nil)
            return Landmark(flop: flop, plan: try sweep.question(cell).recalled(layout))
        }
    }

    /// How far a property reaches.
    enum Extent: Codable, Hashable, Sendable {
        case nowhere
        case until(Mark)
        case throughout

        init(_ extent: LandmarkExtent<Question.Priced>, of question: Question) {
            switch extent {
            case .nowhere: self = .nowhere
            case .until(let landmark): self = .until(Mark(landmark, of: question))
            case .throughout: self = .throughout
            }
        }

        func extent(_ sweep: Sweep<Question>) throws -> LandmarkExtent<Question.Priced> {
            switch self {
            case .nowhere: .nowhere
            case .until(let mark): .until(try mark.landmark(sweep))
            case .throughout: .throughout
            }
        }
    }

    init(_ landmarks: Landmarks<Question.Priced>, of question: Question) {
        linear = Extent(landmarks.linear, of: question)
        lastReturn = landmarks.lastReturn.map { Mark($0, of: question) }
        feasible = Extent(landmarks.feasible, of: question)
        wall = landmarks.latencyWall
    }

    /// The landmarks with prices computed anew.
    /// - Throws: where a plan is no answer.
    func landmarks(_ sweep: Sweep<Question>) throws -> Landmarks<Question.Priced> {
        Landmarks(
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
