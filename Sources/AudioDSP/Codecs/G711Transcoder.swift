/// Rewrites one law of G.711 as the other without samples in between: one look-up for a byte.
package struct G711Transcoder: Sendable {
    private let table: [UInt8]

    package init(from source: G711.Law, to target: G711.Law) {
        let decoder = G711(source)
        let encoder = G711(target)
        table = (UInt8.min...UInt8.max).map { encoder.encode(decoder.decode($0)) }
    }

    package func transcode(_ byte: UInt8) -> UInt8 { table[Int(byte)] }

    /// Rewrites a payload where it stands.
    package func transcode(_ payload: inout MutableSpan<UInt8>) {
        let table = table.span
        for index in payload.indices { payload[index] = table[Int(payload[index])] }
    }
}
