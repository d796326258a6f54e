/// What the `main` of libFuzzer's runtime would call.
///
/// The linker takes that `main` along and wants this name, although `Fuzz.main` is the one that runs.
@_cdecl("LLVMFuzzerTestOneInput")
public func runtimeMainTarget(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt { 0 }
