// swift-tools-version: 6.2
import PackageDescription

/// The rooms of the house, top to bottom: a room imports only rooms above it (ARCHITECTURE.md).
let package = Package(
    name: "oasis",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "OasisMarket", targets: ["OasisMarket"]),
        .library(name: "OasisAllocation", targets: ["OasisAllocation"]),
        .library(name: "OasisScoring", targets: ["OasisScoring"]),
        .library(name: "OasisService", targets: ["OasisService"]),
        .library(name: "OasisClient", targets: ["OasisClient"]),
        .library(name: "COasis", type: .dynamic, targets: ["COasis"]),
        .executable(name: "oasis", targets: ["oasis"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "OasisMarket"),
        .target(name: "OasisAllocation"),
        .target(name: "OasisProblemFiles", dependencies: ["OasisAllocation"]),
        .target(name: "OasisLogFiles", dependencies: ["OasisMarket"]),
        .target(name: "OasisResponse", dependencies: ["OasisMarket"]),
        .target(name: "OasisModelFiles", dependencies: ["OasisMarket", "OasisLogFiles", "OasisResponse"]),
        .target(
            name: "OasisScoring",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisResponse",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "OasisLedger",
            dependencies: [
                "OasisMarket",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "OasisPlanning",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisLogFiles", "OasisResponse", "OasisModelFiles", "OasisScoring",
                "OasisLedger",
            ]
        ),
        .target(name: "OasisMeasurement", dependencies: ["OasisMarket"]),
        .target(
            name: "OasisSimulation",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisResponse", "OasisScoring", "OasisLedger", "OasisPlanning",
            ]
        ),
        .target(
            name: "OasisMessages",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")]
        ),
        .target(
            name: "OasisRemoteCalls",
            dependencies: [
                "OasisMessages",
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .target(
            name: "OasisService",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisResponse", "OasisScoring", "OasisLedger", "OasisPlanning",
                "OasisMeasurement", "OasisMessages", "OasisRemoteCalls",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(
            name: "OasisClient",
            dependencies: [
                "OasisMarket", "OasisScoring",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .target(
            name: "OasisDriver",
            dependencies: [
                "OasisMarket", "OasisLogFiles", "OasisScoring", "OasisSimulation", "OasisClient",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .target(name: "COasisHeader"),
        .target(
            name: "COasis",
            dependencies: ["COasisHeader", "OasisMarket", "OasisAllocation", "OasisScoring"],
            exclude: ["exports.map"]
        ),
        .executableTarget(
            name: "oasis",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisProblemFiles", "OasisLogFiles", "OasisResponse",
                "OasisModelFiles", "OasisScoring", "OasisLedger", "OasisPlanning", "OasisMeasurement",
                "OasisSimulation", "OasisService", "OasisClient", "OasisDriver",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "pass-benchmark",
            dependencies: ["OasisAllocation", "OasisProblemFiles"],
            path: "Benchmarks/PassBenchmark"
        ),
        .executableTarget(
            name: "score-benchmark",
            dependencies: ["OasisMarket", "OasisResponse", "OasisScoring"],
            path: "Benchmarks/ScoreBenchmark"
        ),
        .executableTarget(
            name: "response-benchmark",
            dependencies: ["OasisResponse"],
            path: "Benchmarks/ResponseBenchmark"
        ),
        .executableTarget(
            name: "json-benchmark",
            dependencies: [
                "OasisMarket", "OasisScoring", "OasisService", .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Benchmarks/JSONBenchmark"
        ),
        .executableTarget(
            name: "http-echo",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/HTTPEcho"
        ),
        .executableTarget(
            name: "ledger-benchmark",
            dependencies: [
                "OasisMarket", "OasisLedger", .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            path: "Benchmarks/LedgerBenchmark"
        ),
        .executableTarget(
            name: "serving-benchmark",
            dependencies: [
                "OasisMarket", "OasisLedger", "OasisMessages", "OasisRemoteCalls",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Benchmarks/Serving"
        ),

        .testTarget(name: "OasisMarketTests", dependencies: ["OasisMarket"]),
        .testTarget(name: "OasisAllocationTests", dependencies: ["OasisAllocation", "OasisProblemFiles"]),
        .testTarget(name: "OasisProblemFilesTests", dependencies: ["OasisAllocation", "OasisProblemFiles"]),
        .testTarget(name: "OasisLogFilesTests", dependencies: ["OasisMarket", "OasisLogFiles"]),
        .testTarget(name: "OasisResponseTests", dependencies: ["OasisMarket", "OasisResponse"]),
        .testTarget(
            name: "OasisModelFilesTests",
            dependencies: ["OasisMarket", "OasisLogFiles", "OasisResponse", "OasisModelFiles"],
            exclude: ["Fixtures"]
        ),
        .testTarget(name: "OasisScoringTests", dependencies: ["OasisMarket", "OasisResponse", "OasisScoring"]),
        .testTarget(
            name: "OasisLedgerTests",
            dependencies: ["OasisMarket", "OasisLedger", .product(name: "GRDB", package: "GRDB.swift")],
            resources: [.copy("Schemas")]
        ),
        .testTarget(
            name: "OasisPlanningTests",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisResponse", "OasisModelFiles", "OasisScoring", "OasisLedger",
                "OasisPlanning",
            ]
        ),
        .testTarget(
            name: "OasisMeasurementTests",
            dependencies: ["OasisMarket", "OasisLogFiles", "OasisMeasurement"]
        ),
        .testTarget(
            name: "OasisSimulationTests",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisProblemFiles", "OasisScoring", "OasisLedger", "OasisPlanning",
                "OasisSimulation",
            ]
        ),
        .testTarget(
            name: "OasisMessagesTests",
            dependencies: ["OasisMarket", "OasisMessages", .product(name: "SwiftProtobuf", package: "swift-protobuf")]
        ),
        .testTarget(
            name: "OasisRemoteCallsTests",
            dependencies: [
                "OasisMarket", "OasisMessages", "OasisRemoteCalls",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .testTarget(
            name: "OasisServiceTests",
            dependencies: [
                "OasisMarket", "OasisResponse", "OasisModelFiles", "OasisScoring", "OasisLedger", "OasisPlanning",
                "OasisMeasurement", "OasisMessages", "OasisRemoteCalls", "OasisService",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "OasisMarket", "OasisPlanning", "OasisService",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]
        ),
        .target(
            name: "ScriptedHTTP",
            dependencies: [
                "OasisClient",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/ScriptedHTTP"
        ),
        .testTarget(
            name: "OasisClientTests",
            dependencies: [
                "OasisMarket", "OasisResponse", "OasisScoring", "OasisClient", "ScriptedHTTP",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "OasisDriverTests",
            dependencies: [
                "OasisMarket", "OasisLogFiles", "OasisScoring", "OasisSimulation", "OasisClient", "OasisDriver",
                "ScriptedHTTP",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "COasisTests",
            dependencies: ["COasis", "COasisHeader", "OasisAllocation", "OasisMarket", "OasisResponse", "OasisScoring"]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "oasis", "OasisAllocation", "OasisClient", "OasisDriver", "OasisLedger", "OasisMarket",
                "OasisPlanning", "OasisProblemFiles", "OasisResponse", "OasisScoring",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
