// swift-tools-version: 6.1
import PackageDescription

// Arrows go one way: Quantities <- Training <- the two cost models <- Planning <- Reports <- Output <- the program.
// Optimization and Charts know nothing of training; Files reads and writes files and knows no search.
/// What most tests look at.
let library: [Target.Dependency] = [
    "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Planning", "Files",
    "Evidence",
]

/// The same, and what tests share.
let tested = library + ["TestSupport"]

let package = Package(
    name: "Meshwright",
    // `Synchronization` (Atomic, Mutex) needs macOS 15; Linux has it with the toolchain.
    platforms: [.macOS(.v15)],
    products: [
        // What the documentation imports; the other modules come along and are not promised.
        .library(name: "Meshwright", targets: ["Meshwright", "GLPKSolver", "Output"]),
        // The same without GLPK: every answer by enumeration, and nothing under the GPL is linked.
        .library(name: "MeshwrightCore", targets: ["Meshwright", "Output"]),
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
        .target(name: "Training", dependencies: ["Quantities"]),

        // MARK: Searching
        .target(name: "Optimization", dependencies: ["Quantities"]),
        // libglpk-dev ships no pkg-config file, so the library is named here and not through `pkgConfig:`.
        .target(name: "CGLPKBridge", linkerSettings: [.linkedLibrary("glpk")]),
        .target(name: "GLPKSolver", dependencies: ["Optimization", "CGLPKBridge"]),

        // MARK: Cost models and what is asked of them
        .target(name: "ScalingModel", dependencies: ["Quantities", "Training", "Optimization"]),
        .target(name: "TransformerModel", dependencies: ["Quantities", "Training", "Optimization"]),
        .target(
            name: "Planning",
            dependencies: [
                "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Files",
            ]),

        // MARK: In and out
        .target(
            name: "Files",
            dependencies: ["Quantities", "Training", "Yams", "SwiftCSV"],
            // In the binary, so that one copied file still finds its catalogue.
            resources: [.embedInCode("Catalogue"), .embedInCode("Models"), .embedInCode("Software")]),
        .target(
            name: "Evidence",
            dependencies: ["Quantities", "Training", "Optimization", "TransformerModel", "Files"]),
        .target(name: "Charts", dependencies: ["Quantities"]),
        .target(
            name: "Reports",
            dependencies: [
                "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Planning",
                "Files", "Evidence", "Charts",
            ]),
        .target(
            name: "Output",
            dependencies: [
                "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Planning",
                "Files", "Charts", "Reports", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "Meshwright",
            dependencies: [
                "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Planning",
                "Files", "Evidence", "Reports",
            ]),
        .target(
            name: "MeshwrightCommands",
            dependencies: [
                "Quantities", "Training", "Optimization", "ScalingModel", "TransformerModel", "Planning",
                "Files", "Evidence", "Charts", "Reports", "Output", "GLPKSolver", "Meshwright",
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
            name: "answers-kept", dependencies: ["Meshwright", "Output"],
            path: "examples/06-answers-kept", exclude: ["README.md", "expected.txt"]),
        .executableTarget(
            name: "frontier-system", dependencies: ["Meshwright", "Charts"],
            path: "examples/05-frontier-system", exclude: ["README.md", "expected.txt"]),

        // MARK: Tests
        .target(name: "TestSupport", dependencies: library, path: "Tests/TestSupport"),
        .target(
            name: "SolverTestSupport", dependencies: ["Optimization", "TestSupport"],
            path: "Tests/SolverTestSupport"),
        .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"]),
        .testTarget(name: "WorkloadTests", dependencies: tested),
        .testTarget(name: "StrategyTests", dependencies: tested),
        .testTarget(name: "LaunchTests", dependencies: tested),
        .testTarget(name: "LeastSquaresTests", dependencies: tested),
        .testTarget(name: "TransformerCostTests", dependencies: tested),
        .testTarget(name: "ReliabilityTests", dependencies: tested),
        .testTarget(name: "EvidenceTests", dependencies: tested),
        .testTarget(name: "CostModelTests", dependencies: tested),
        .testTarget(
            name: "TransformerSearchTests",
            dependencies: tested + ["GLPKSolver", "SolverTestSupport"]),
        .testTarget(name: "PipelineTests", dependencies: tested),
        .testTarget(
            name: "SearchTests", dependencies: tested + ["GLPKSolver", "SolverTestSupport"]),
        .testTarget(name: "ScenarioTests", dependencies: tested),
        .testTarget(name: "ReportsTests", dependencies: tested + ["Reports", "Charts"]),
        .testTarget(name: "ExplainTests", dependencies: tested),
        .testTarget(
            name: "ResultStoreTests",
            dependencies: tested + ["Output", "Reports", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(name: "HTMLReportTests", dependencies: ["Reports"]),
        .testTarget(name: "SweepOutputTests", dependencies: tested + ["Output"]),
        .testTarget(
            name: "CommandTests",
            dependencies: tested + ["meshwright-cli"], exclude: ["Golden"]),
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "TestSupport", "meshwright-cli", "planning-script", "frontier-to-csv", "custom-machine",
                "frontier-system", "answers-kept",
            ]),
        .executableTarget(
            name: "meshwright-fuzz",
            dependencies: tested + [
                "MeshwrightCommands", "Output", "Reports", .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Tests/Fuzzing", exclude: ["Corpus"]),
        .testTarget(name: "FuzzTests", dependencies: ["TestSupport", "meshwright-cli", "meshwright-fuzz"]),
        .testTarget(name: "MixedIntegerTests", dependencies: ["Optimization", "SolverTestSupport"]),
        .testTarget(
            name: "GLPKSolverTests",
            dependencies: ["GLPKSolver", "Optimization", "CGLPKBridge", "SolverTestSupport"]),
        .testTarget(
            name: "FleetTests", dependencies: tested + ["GLPKSolver", "Reports"]),
        .testTarget(
            name: "ChartsTests", dependencies: ["Charts", "Quantities", "TestSupport"], exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)

// A member is seen only where its own module is imported: what a file uses is what it says. The examples are written as
// others would, with the one module that documentation names.
for target in package.targets where target.type != .system && target.path?.hasPrefix("examples") != true {
    target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("MemberImportVisibility")]
}
