internal import COasisHeader

/// Version of the interface that the library offers.
@c @implementation
public func oasis_abi_version() -> UInt32 { UInt32(OASIS_ABI_VERSION) }
