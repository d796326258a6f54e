/// Where a server listens: `http://127.0.0.1:8080`.
package struct HTTPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Name or number of the machine.
    package var host: String
    /// TCP port.
    package var port: Int

    /// Pairs a host with a port.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `http://HOST:PORT` or `HOST:PORT`; nothing when it is neither.
    ///
    /// TLS is not spoken.
    package init?(_ text: String) {
        var rest = text[...]
        if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
            (1...65_535).contains(port), colon > rest.startIndex, !rest.contains("/")
        else { return nil }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(host: String(host), port: port)
    }

    /// `http://127.0.0.1:8080`.
    package var description: String {
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}
