// swift-tools-version: 6.2
import PackageDescription

/// Fuzz targets, in a package of their own, so that whoever uses Oasis never builds them; `scripts/fuzz` does.
///
/// Its targets are the rooms' own sources, through links: a fuzzer wants them instrumented, and wants their package API.
/// Of `OasisService` it takes the readers alone.
let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "CFuzzerDriver"),
        .target(name: "OasisMarket"),
        .target(name: "OasisAllocation"),
        .target(name: "OasisLogFiles", dependencies: ["OasisMarket"]),
        .target(name: "OasisResponse", dependencies: ["OasisMarket"]),
        .target(name: "OasisModelFiles", dependencies: ["OasisMarket", "OasisLogFiles", "OasisResponse"]),
        .target(
            name: "OasisScoring",
            dependencies: [
                "OasisMarket", "OasisAllocation", "OasisResponse", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "OasisService",
            dependencies: ["OasisMarket", "OasisScoring", .product(name: "NIOCore", package: "swift-nio")]
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzerDriver", "OasisMarket", "OasisLogFiles", "OasisResponse", "OasisModelFiles", "OasisScoring",
                "OasisService",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
    ]
)

for target in package.targets where target.name != "CFuzzerDriver" {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
