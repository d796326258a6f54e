# Two commands are all the set-up there is: `make demo` and `make test`.

RELEASE := --configuration release --scratch-path .build-release
# The rooms whose tests keep every core busy for minutes, and those whose tests open sockets.
SOLVED := "OasisAllocationTests|OasisSimulationTests"
SERVED := "ConsoleTests|OasisClientTests|OasisDriverTests|OasisRemoteCallsTests|OasisServiceTests"

.PHONY: help demo test format check-console check-grpc check-interop check-python check-simulation c-library openapi protos clean

help:
	@echo "make demo           build for speed, and watch a market balance itself"
	@echo "make test           build and run every test"
	@echo "make format         format every Swift file"
	@echo "make check-console  run the demo and check its page in headless Chromium"
	@echo "make check-grpc     check a server's gRPC port with grpcio and h2load"
	@echo "make check-interop  check it with grpc-swift-2's client, built from Interop"
	@echo "make check-simulation  break 200 short markets on purpose, and hold each to its invariants"
	@echo "make c-library      build build/liboasis.so and build/oasis.h for other languages"
	@echo "make check-python   check the C library, its example and the Python package against a server"
	@echo "make protos         write Sources/OasisMessages/Generated from Protos"
	@echo "make openapi        write docs/openapi.json from the source"
	@echo "make clean          remove what was built"

demo: .build/tools-checked
	swift build $(RELEASE) --product oasis
	.build-release/release/oasis demo $(ARGUMENTS)

test: .build/tools-checked
	swift build --build-tests
	# Apart, and one at a time where servers, processes and sockets are timed: side by side they wait for each other.
	swift test --skip-build --skip $(SOLVED) --skip $(SERVED) --skip EndToEndTests
	swift test --skip-build --filter $(SOLVED)
	swift test --skip-build --no-parallel --filter $(SERVED)
	swift test --skip-build --no-parallel --filter EndToEndTests

format:
	swift format --in-place --recursive Sources Tests Package.swift Interop/Package.swift Interop/Sources Benchmarks

check-console: .build/tools-checked
	swift build --product oasis
	scripts/check-demo-page .build/debug/oasis

check-python: .build/tools-checked
	swift build --product oasis
	scripts/check-python .build/debug/oasis

check-simulation: .build/tools-checked
	swift build $(RELEASE) --product oasis
	scripts/check-simulation .build-release/release/oasis

c-library: .build/tools-checked
	scripts/build-c-library

check-grpc: .build/tools-checked
	swift build --product oasis
	scripts/check-grpc .build/debug/oasis

check-interop: .build/tools-checked
	swift build --product oasis
	scripts/check-interop .build/debug/oasis

protos:
	scripts/generate-protos
	scripts/generate-interop

openapi: .build/tools-checked
	swift build --product oasis
	.build/debug/oasis openapi > docs/openapi.json

clean:
	rm -rf .build .build-release .build-threads .build-c-library Interop/.build build python/dist

.build/tools-checked: scripts/check-tools
	scripts/check-tools
	@mkdir -p .build && touch $@
