// swift-tools-version: 6.1
import PackageDescription

// Arrows go one way: Quantities <- Workload, Hardware <- Strategy <- CostModel <- Search <- Meshwright
// <- meshwright-cli. Scenario reads and writes files and knows no search; MixedInteger and Charts know
// nothing of training; Partition, Pipeline, Fleet and Reliability take numbers and know neither a cost model
// nor a solver.
let package = Package(
    name: "Meshwright",
    // `Synchronization` (Atomic, Mutex) needs macOS 15; Linux has it with the toolchain.
    platforms: [.macOS(.v15)],
    products: [
        // What the documentation imports; the other modules come along and are not promised.
        .library(name: "Meshwright", targets: ["Meshwright", "GLPKSolver", "ResultStore", "SweepOutput"]),
        // The same without GLPK: every answer by enumeration, and nothing under the GPL is linked.
        .library(name: "MeshwrightCore", targets: ["Meshwright", "ResultStore", "SweepOutput"]),
        .executable(name: "meshwright", targets: ["meshwright-cli"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // MARK: What is planned, and on what
        .target(name: "Quantities"),
        .target(name: "Workload", dependencies: ["Quantities"]),
        .target(name: "Hardware", dependencies: ["Quantities"]),
        .target(name: "Strategy", dependencies: ["Quantities", "Hardware", "Workload"]),
        .target(name: "Launch", dependencies: ["Workload", "Strategy"]),
        .target(name: "Pipeline", dependencies: ["Quantities"]),
        .target(name: "CostModel", dependencies: ["Quantities", "Workload", "Hardware", "Strategy"]),

        .target(
            name: "TransformerCost",
            dependencies: ["Quantities", "Workload", "Hardware", "Strategy", "Pipeline"]),

        .target(name: "Reliability", dependencies: ["Quantities"]),

        // MARK: Solving
        .target(name: "MixedInteger"),
        // libglpk-dev ships no pkg-config file, so the library is named here and not through `pkgConfig:`.
        .target(name: "CGLPKBridge", linkerSettings: [.linkedLibrary("glpk")]),
        .target(name: "GLPKSolver", dependencies: ["MixedInteger", "CGLPKBridge"]),
        .target(name: "Search", dependencies: ["CostModel", "MixedInteger"]),
        .target(
            name: "TransformerSearch",
            dependencies: ["Search", "TransformerCost", "Partition", "MixedInteger"]),
        .target(name: "Explain", dependencies: ["Search", "TransformerSearch"]),
        .target(name: "Partition", dependencies: ["Quantities", "MixedInteger"]),
        .target(name: "Fleet", dependencies: ["Quantities", "MixedInteger"]),

        // MARK: In and out
        .target(
            name: "Scenario",
            dependencies: ["Quantities", "Workload", "Hardware", "Yams", "SwiftCSV"],
            // In the binary, so that one copied file still finds its catalogue.
            resources: [.embedInCode("Catalogue"), .embedInCode("Models")]),
        .target(name: "LeastSquares"),
        .target(
            name: "Evidence",
            dependencies: [
                "Quantities", "Workload", "Hardware", "Strategy", "TransformerCost", "Scenario",
                "LeastSquares",
            ]),
        .target(name: "Charts"),
        .target(
            name: "Reports",
            dependencies: [
                "Search", "Explain", "TransformerSearch", "Fleet", "FleetPlanning", "Pipeline", "Scenario",
                "Charts", "Workload", "Evidence", "Reliability",
            ]),
        .target(name: "HTMLReport", dependencies: ["Search", "Explain", "Reports", "Charts"]),
        .target(
            name: "SweepOutput", dependencies: ["Search", "Explain", "Reports", "Charts", "HTMLReport"]),
        .target(
            name: "ResultStore",
            dependencies: ["Search", "Reports", .product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "FleetPlanning", dependencies: ["Fleet", "Search", "Explain", "Scenario"]),
        .target(
            name: "Meshwright",
            dependencies: [
                "Search", "Explain", "TransformerSearch", "Scenario", "Reports", "Reliability",
                "MixedInteger",
            ]),
        .target(
            name: "MeshwrightCommands",
            dependencies: [
                "Meshwright", "Explain", "Launch", "Reliability", "Reports", "ResultStore",
                "TransformerSearch",
                "SweepOutput", "Charts", "FleetPlanning", "GLPKSolver", "Evidence",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Sources/meshwright-cli", exclude: ["Main"]),
        // The program is its entry point alone, so that the fuzzer can run commands in its own process.
        .executableTarget(
            name: "meshwright-cli", dependencies: ["MeshwrightCommands"], path: "Sources/meshwright-cli/Main"),

        // MARK: Examples, run by ExampleTests
        .executableTarget(
            name: "planning-script", dependencies: ["Meshwright"], path: "examples/01-planning-script",
            exclude: ["README.md", "expected.txt"]),
        .executableTarget(
            name: "frontier-to-csv", dependencies: ["Meshwright"], path: "examples/02-frontier-to-csv",
            exclude: ["README.md", "expected.txt"]),
        .executableTarget(
            name: "custom-machine", dependencies: ["Meshwright"], path: "examples/03-custom-machine",
            exclude: ["README.md", "expected.txt", "cluster.yaml"]),

        .executableTarget(
            name: "answers-kept", dependencies: ["Meshwright", "ResultStore", "SweepOutput"],
            path: "examples/06-answers-kept", exclude: ["README.md", "expected.txt"]),
        .executableTarget(
            name: "frontier-system", dependencies: ["Meshwright", "Charts"],
            path: "examples/05-frontier-system", exclude: ["README.md", "expected.txt"]),

        // MARK: Tests
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .target(
            name: "SolverTestSupport", dependencies: ["MixedInteger", "TestSupport"],
            path: "Tests/SolverTestSupport"),
        .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"]),
        .testTarget(name: "WorkloadTests", dependencies: ["Workload"]),
        .testTarget(name: "StrategyTests", dependencies: ["Strategy", "Hardware", "Workload"]),
        .testTarget(name: "LaunchTests", dependencies: ["Launch", "Scenario", "Strategy", "TestSupport"]),
        .testTarget(name: "LeastSquaresTests", dependencies: ["LeastSquares", "TestSupport"]),
        .testTarget(
            name: "TransformerCostTests", dependencies: ["TransformerCost", "Scenario", "TestSupport"]),
        .testTarget(name: "ReliabilityTests", dependencies: ["Reliability", "TestSupport"]),
        .testTarget(name: "EvidenceTests", dependencies: ["Evidence", "TestSupport"]),
        .testTarget(name: "CostModelTests", dependencies: ["CostModel", "Scenario", "TestSupport"]),
        .testTarget(
            name: "TransformerSearchTests",
            dependencies: ["TransformerSearch", "GLPKSolver", "Scenario", "SolverTestSupport", "TestSupport"]),
        .testTarget(name: "PipelineTests", dependencies: ["Pipeline", "TestSupport"]),
        .testTarget(
            name: "SearchTests",
            dependencies: ["Search", "GLPKSolver", "Scenario", "SolverTestSupport", "TestSupport"]),
        .testTarget(name: "ScenarioTests", dependencies: ["Scenario", "TestSupport"]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "Reports", "Search", "Scenario", "Pipeline", "Charts", "TransformerSearch", "Explain",
                "TestSupport",
            ]),
        .testTarget(name: "ExplainTests", dependencies: ["Explain", "Scenario", "TestSupport"]),
        .testTarget(
            name: "ResultStoreTests",
            dependencies: [
                "ResultStore", "Scenario", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(name: "HTMLReportTests", dependencies: ["HTMLReport"]),
        .testTarget(name: "SweepOutputTests", dependencies: ["SweepOutput", "Scenario", "TestSupport"]),
        .testTarget(
            name: "CommandTests",
            dependencies: ["TestSupport", "meshwright-cli"], exclude: ["Golden"]),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "TestSupport", "meshwright-cli", "planning-script", "frontier-to-csv", "custom-machine",
                "frontier-system", "answers-kept",
            ]),
        .executableTarget(
            name: "meshwright-fuzz",
            dependencies: ["MeshwrightCommands", "TestSupport"], path: "Tests/Fuzzing", exclude: ["Corpus"]),
        .testTarget(name: "FuzzTests", dependencies: ["TestSupport", "meshwright-cli", "meshwright-fuzz"]),
        .testTarget(name: "MixedIntegerTests", dependencies: ["MixedInteger", "SolverTestSupport"]),
        .testTarget(
            name: "GLPKSolverTests",
            dependencies: ["GLPKSolver", "MixedInteger", "CGLPKBridge", "SolverTestSupport"]),
        .testTarget(
            name: "PartitionTests", dependencies: ["Partition", "Pipeline", "GLPKSolver", "TestSupport"]),
        .testTarget(
            name: "FleetTests",
            dependencies: [
                "Fleet", "FleetPlanning", "GLPKSolver", "Scenario", "Explain", "Reports", "Search",
                "TestSupport",
            ]),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", "TestSupport"], exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)
