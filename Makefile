# Two commands are all the set-up there is: `make demo` and `make test`.

RELEASE := --configuration release --scratch-path .build-release

.PHONY: help demo test format check-console check-grpc check-python c-library openapi protos clean

help:
	@echo "make demo           build for speed, and watch a market balance itself"
	@echo "make test           build and run every test"
	@echo "make format         format every Swift file"
	@echo "make check-console  run the demo and check its page in headless Chromium"
	@echo "make check-grpc     check a server's gRPC port with grpcio and h2load"
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
	# Apart, so that what is timed waits for nothing else: servers, then solves and simulated days, then whole commands.
	swift test --skip-build --skip OasisSimulationTests --skip OasisAllocationTests --skip CommandTests
	swift test --skip-build --filter OasisSimulationTests --filter OasisAllocationTests
	swift test --skip-build --filter CommandTests

format:
	swift format --in-place --recursive Sources Tests Package.swift

check-console: .build/tools-checked
	swift build --product oasis
	scripts/check-demo-page .build/debug/oasis

check-python: .build/tools-checked
	swift build --product oasis
	scripts/check-python .build/debug/oasis

c-library: .build/tools-checked
	scripts/build-c-library

check-grpc: .build/tools-checked
	swift build --product oasis
	scripts/check-grpc .build/debug/oasis

protos:
	scripts/generate-protos

openapi: .build/tools-checked
	swift build --product oasis
	.build/debug/oasis openapi > docs/openapi.json

clean:
	rm -rf .build .build-release .build-c-library build python/dist

.build/tools-checked: scripts/check-tools
	scripts/check-tools
	@mkdir -p .build && touch $@
