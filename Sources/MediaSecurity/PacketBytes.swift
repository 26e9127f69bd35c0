extension UnsafeMutableRawBufferPointer {
    /// Two bytes in network order. The caller has checked that they are there.
    func bigEndian16(at offset: Int) -> UInt16 {
        UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Four bytes in network order. The caller has checked that they are there.
    func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// A part of the buffer, counted from its own beginning.
    func part(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: self[range])
    }

    /// The byte at `offset`, which lies within the buffer.
    func address(_ offset: Int) -> UnsafeMutableRawPointer {
        guard let baseAddress, offset < count else { preconditionFailure("the caller has checked for room") }
        return baseAddress + offset
    }
}
