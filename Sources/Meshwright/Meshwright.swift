// One import for planning scripts. The names below are those of the modules that define them, so that a
// script needs `import Meshwright` alone:
//
//     let machine = try Catalogue.machine("h100-sxm")
//     let answer = try Planner(PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 16384, flop: 1e27))).answer()
//
// Nothing is re-exported wholesale: a name is public here because scripts need it.

import Files
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

// MARK: Quantities

/// Time in seconds.
public typealias Seconds = Quantities.Seconds
/// Work in FLOP.
public typealias Flop = Quantities.Flop
/// Data in bytes.
public typealias Bytes = Quantities.Bytes
/// Data rate in bytes per second.
public typealias BytesPerSecond = Quantities.BytesPerSecond
/// Arithmetic rate in FLOP per second.
public typealias FlopPerSecond = Quantities.FlopPerSecond
/// Year, month and day that training times are counted in.
public typealias Calendar = Quantities.Calendar
/// Numbers for people.
public typealias Readable = Quantities.Readable

// MARK: Machine and workload

/// A machine: one kind of accelerator and the network between many of them.
public typealias Accelerator = Training.Accelerator
/// The matrix engine of a machine.
public typealias Compute = Training.Compute
/// Its memory.
public typealias DeviceMemory = Training.DeviceMemory
/// Its on-chip levels.
public typealias Chip = Training.Chip
/// One level of the network.
public typealias NetworkLevel = Training.NetworkLevel
/// The model to train: a stack of feed-forward layers.
public typealias LayerStack = Training.LayerStack
/// The laws that turn compute into shape and batch.
public typealias WorkloadLaws = Training.WorkloadLaws
/// Batch size as a function of compute.
public typealias BatchLaw = Training.BatchLaw
/// Experts as a function of the width.
public typealias SparsityLaw = Training.SparsityLaw
/// One training run: shape, batch and compute.
public typealias TrainingRun = Training.TrainingRun
/// Training loss as a function of parameters and tokens.
public typealias LossModel = Training.LossModel
/// What a shape that leaves the laws loses.
public typealias ShapePenalty = Training.ShapePenalty
/// Loss to compute and back, along the laws' shapes.
public typealias EffectiveCompute = Training.EffectiveCompute
/// What a shape is worth under some laws.
public typealias ShapeValue = Training.ShapeValue

// MARK: Plans and prices

/// A layout: degrees, placement, schedule.
public typealias Plan = Training.Plan
/// Factors of the degrees on each network level.
public typealias Placement = Training.Placement
/// Order of the passes through a pipeline.
public typealias PipelineSchedule = Training.PipelineSchedule
/// Prices one step of a plan.
public typealias StepModel = ScalingModel.StepModel
/// Overlap, recomputation, accounting.
public typealias ModelSettings = ScalingModel.ModelSettings
/// Closed-form limits of the data-movement model.
public typealias ClosedForms = ScalingModel.ClosedForms

// MARK: Questions and answers

/// Why an input file or an override cannot be used.
public typealias ScenarioError = Files.ScenarioError
/// Why a plan is not legal.
public typealias PlanError = Training.PlanError
/// Why a question cannot be asked.
public typealias PlanningError = ScalingModel.PlanningError
/// Which searches answer a question; other than by enumeration they need a solver.
public typealias Engine = Optimization.Engine
/// Why an engine gave no answer.
public typealias EngineError = Optimization.EngineError
/// Solves mixed-integer programs; `GLPKSolver` of the module with that name is one.
public typealias MixedIntegerSolver = Optimization.MixedIntegerSolver
/// Answers a question.
public typealias Planner = ScalingModel.Planner
/// Two of accelerators, compute and time, with everything else that decides the answer.
public typealias PlanningQuestion = ScalingModel.PlanningQuestion
/// Whether width, depth and experts follow the laws or are searched.
public typealias ShapeChoice = ScalingModel.ShapeChoice
/// The shapes among which a free search chooses.
public typealias ShapeFreedom = ScalingModel.ShapeFreedom
/// Where every shape of a free search went.
public typealias ShapeAccount = Optimization.ShapeAccount
/// Which two of accelerators, compute and time are given.
public typealias Given = ScalingModel.Given
/// Which plans are legal.
public typealias SpacePreset = ScalingModel.SpacePreset
/// What is best.
public typealias Objective = ScalingModel.Objective
/// Plans, best first, with their certificate, or why there is none.
public typealias PlanningAnswer = ScalingModel.PlanningAnswer
/// A plan with everything that is reported about it.
public typealias PricedPlan = ScalingModel.PricedPlan
/// What a search proved.
public typealias Certificate = Optimization.Certificate
/// Many questions to one cost model at once, as an asynchronous sequence.
public typealias Sweep = Planning.Sweep
/// Where the questions of a sweep come from.
public typealias SweepPoints = Planning.SweepPoints
/// One question of a sweep.
public typealias SweepCell = Planning.SweepCell
/// One answered point of a sweep.
public typealias SweepPoint = Planning.SweepPoint
/// A finished sweep with the places where scaling ends.
public typealias SweepFrontier = Planning.SweepFrontier
/// A layout of a given transformer for a run of some compute, as sweeps of one find it.
public typealias LayoutRun = Planning.LayoutRun
/// A sweep over runs whose shape and batch follow the laws.
public typealias FrontierSweep = Planning.FrontierSweep
/// One answered point of such a sweep.
public typealias FrontierPoint = Planning.FrontierPoint
/// A finished frontier of such runs.
public typealias ScalingFrontier = Planning.ScalingFrontier

/// Why an answer is what it is, and what would change it.
public typealias Explanation = Planning.Explanation
/// One number of a question that may be scaled.
public typealias Knob = Planning.Knob
/// What a number of the question is worth.
public typealias Sensitivity = Planning.Sensitivity
/// Numbers of a question, all multiplied by one factor, as explanations are asked about.
public typealias Change = Planning.Change
/// The answer to a question with some numbers changed.
public typealias WhatIf = Planning.WhatIf
/// The smallest change of one number that makes an infeasible question feasible.
public typealias Remedy = Planning.Remedy
/// Whether a plan may answer a question, and everything that stands against it.
public typealias PlanVerdict = Planning.PlanVerdict
/// The best plan among those that keep some given decisions.
public typealias ConditionedBest = Planning.ConditionedBest
/// Some decisions of a plan of the scaling model, as somebody writes them down.
public typealias PartialPlan = Planning.PartialPlan
/// Some decisions of a transformer's layout, as somebody writes them down.
public typealias PartialLayout = Planning.PartialLayout
/// A layout that somebody brings along: some decisions, or all of them.
public typealias GivenLayout = Planning.GivenLayout
/// What distinguishes one plan from another.
public typealias PlanComparison = Planning.PlanComparison
/// A number of the machine that is not known exactly.
public typealias UncertainNumber = Planning.UncertainNumber
/// What is drawn of numbers that are known roughly, and how often.
public typealias UncertaintyRequest = Planning.UncertaintyRequest
/// How an answer fares on machines that are only known roughly.
public typealias Uncertainty = Planning.Uncertainty
/// How a frontier fares on machines known roughly.
public typealias FrontierUncertainty = Planning.FrontierUncertainty

/// The machines that come with the library, and files of your own.
public enum Catalogue {
    /// Names of all machines, sorted.
    public static var names: [String] { HardwareCatalogue.names }

    /// A machine by catalogue name or file.
    /// - Parameters:
    ///   - reference: a name of ``names`` or a short one (`h100`), or the path of a YAML or JSON file.
    ///   - overrides: `key=value` texts that replace single values, as for the option `--set`.
    /// - Returns: the machine.
    /// - Throws: ``ScenarioError`` naming the value that cannot be used, and what would be.
    public static func machine(_ reference: String, overrides: [String] = []) throws -> Accelerator {
        try HardwareLookup.entry(reference, overrides: overrides).machine
    }
}
