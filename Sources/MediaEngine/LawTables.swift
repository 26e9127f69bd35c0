import AudioDSP
import MediaControl

/// What each byte of one law of G.711 is in the other: memory that a worker reads without counting references.
struct LawTables: ~Copyable {
    private static let bytes = 256
    private let muToA: UnsafeMutablePointer<UInt8>
    private let aToMu: UnsafeMutablePointer<UInt8>

    init() {
        let (mu, a) = (G711(.mu), G711(.a))
        muToA = .allocate(capacity: Self.bytes)
        aToMu = .allocate(capacity: Self.bytes)
        for byte in 0..<Self.bytes {
            (muToA + byte).initialize(to: a.encode(mu.decode(UInt8(byte))))
            (aToMu + byte).initialize(to: mu.encode(a.decode(UInt8(byte))))
        }
    }

    deinit {
        muToA.deallocate()
        aToMu.deallocate()
    }

    /// Lives as long as the tables.
    func table(_ change: LawChange) -> UnsafePointer<UInt8> {
        switch change {
        case .muToA: UnsafePointer(muToA)
        case .aToMu: UnsafePointer(aToMu)
        }
    }
}
