import COpenSSL
package import MediaControl
import RTPGrammar

/// Protects or unprotects the RTP and RTCP packets of one direction of one leg (RFC 3711, RFC 7714). Packets change in
/// place; nothing is allocated, counted or locked per packet.
///
/// The buffer handed in is the whole of it, with at least `SRTPProfile.overheadBytesMax` bytes of room behind the
/// packet of `count` bytes when it is to be protected. What comes back is the packet's new length.
///
/// A sender must not use a sequence number twice: a repeated or far older one is refused, as encrypting two packets
/// with one index gives both away. Whoever forwards a restarted stream gives it a new SSRC or goes on counting.
package struct SRTPContext: ~Copyable {
    /// Sources that one context keeps apart; each costs some 100 bytes.
    package static let streamsMax = 32
    /// RFC 3711 §9.2.
    private static let rtpIndexMax: UInt64 = (1 << 48) - 1
    private static let rtcpIndexMax: UInt32 = (1 << 31) - 1

    package enum Direction: Hashable, Sendable {
        /// `protectRTP` and `protectRTCP`.
        case sending
        /// `unprotectRTP` and `unprotectRTCP`.
        case receiving
    }

    package let profile: SRTPProfile
    package let direction: Direction
    package private(set) var refusals = SRTPRefusals()
    private let rtp: SRTPTransform
    private let rtcp: SRTPTransform
    private var streams: SRTPStreamTable

    package init(_ keys: SRTPKeys, _ direction: Direction) throws(MediaSecurityError) {
        var rtpKeys = try SRTPSessionKeys(keys, isRTCP: false)
        var rtcpKeys = try SRTPSessionKeys(keys, isRTCP: true)
        defer {
            rtpKeys.erase()
            rtcpKeys.erase()
        }
        try self.init(profile: keys.profile, rtpKeys: rtpKeys, rtcpKeys: rtcpKeys, direction)
    }

    /// With session keys at hand, as the test vectors of RFC 7714 have them.
    init(
        profile: SRTPProfile, rtpKeys: SRTPSessionKeys, rtcpKeys: SRTPSessionKeys, _ direction: Direction
    ) throws(MediaSecurityError) {
        let isSealing = direction == .sending
        let rtp = try SRTPTransform(
            profile: profile, keys: rtpKeys, tagBytes: profile.rtpTagBytes, isSealing: isSealing)
        let rtcp = try SRTPTransform(
            profile: profile, keys: rtcpKeys, tagBytes: profile.rtcpTagBytes, isSealing: isSealing)
        self.profile = profile
        self.direction = direction
        self.rtp = rtp
        self.rtcp = rtcp
        streams = SRTPStreamTable(capacity: Self.streamsMax)
    }

    /// Has memory that the next RTP packet needs fetched while something else goes on.
    func prefetch() {
        rtp.prefetch()
        pbx_openssl_prefetch(streams.likely, MemoryLayout<SRTPStream>.stride)
    }

    /// Encrypts the payload of an RTP packet and adds the tag.
    package mutating func protectRTP(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int
    ) throws(SRTPError) -> Int {
        do {
            return try sealRTP(buffer, count: count)
        } catch {
            refusals.count(error)
            throw error
        }
    }

    /// Checks and decrypts an SRTP packet; only then is it believed and remembered.
    package mutating func unprotectRTP(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int
    ) throws(SRTPError) -> Int {
        do {
            return try openRTP(buffer, count: count)
        } catch {
            refusals.count(error)
            throw error
        }
    }

    /// Encrypts a compound RTCP packet and adds index and tag.
    package mutating func protectRTCP(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int
    ) throws(SRTPError) -> Int {
        do {
            return try sealRTCP(buffer, count: count)
        } catch {
            refusals.count(error)
            throw error
        }
    }

    /// Checks and decrypts an SRTCP packet.
    package mutating func unprotectRTCP(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int
    ) throws(SRTPError) -> Int {
        do {
            return try openRTCP(buffer, count: count)
        } catch {
            refusals.count(error)
            throw error
        }
    }
}

// RTP: header, encrypted payload, tag (RFC 3711 §3.1).
extension SRTPContext {
    private mutating func sealRTP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPError) -> Int {
        precondition(direction == .sending, "a receiving context has no keys to send with")
        let headerBytes = try rtpHeaderBytes(buffer, count: count)
        guard buffer.count - count >= rtp.tagBytes else { throw .noRoom }
        let ssrc = buffer.bigEndian32(at: 8)
        let sequence = buffer.bigEndian16(at: 2)
        let stream = try find(ssrc)
        let index = stream?.pointee.index(of: sequence) ?? UInt64(sequence)
        guard index <= Self.rtpIndexMax else { throw .keyUsedUp }
        try stream?.pointee.rtp.check(index)
        let payload = buffer.part(headerBytes..<count)
        let tag = buffer.address(count)
        if rtp.isAEAD {
            try rtp.seal(payload, associated: buffer.part(0..<headerBytes), tag: tag, ssrc: ssrc, index: index)
        } else {
            try rtp.applyCounterMode(to: payload, ssrc: ssrc, index: index)
            rtp.authenticate(
                UnsafeRawBufferPointer(buffer.part(0..<count)), suffix: UInt32(truncatingIfNeeded: index >> 16),
                tag: tag)
        }
        rememberRTP(index, ssrc: ssrc, stream)
        return count + rtp.tagBytes
    }

    private mutating func openRTP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPError) -> Int {
        precondition(direction == .receiving, "a sending context has no keys to receive with")
        let plainCount = count - rtp.tagBytes
        let headerBytes = try rtpHeaderBytes(buffer, count: plainCount)
        let ssrc = buffer.bigEndian32(at: 8)
        let sequence = buffer.bigEndian16(at: 2)
        let stream = try find(ssrc)
        let index = stream?.pointee.index(of: sequence) ?? UInt64(sequence)
        guard index <= Self.rtpIndexMax else { throw .keyUsedUp }
        try stream?.pointee.rtp.check(index)
        let payload = buffer.part(headerBytes..<plainCount)
        let tag = buffer.address(plainCount)
        if rtp.isAEAD {
            try rtp.open(payload, associated: buffer.part(0..<headerBytes), tag: tag, ssrc: ssrc, index: index)
        } else {
            let isAuthentic = rtp.isAuthentic(
                UnsafeRawBufferPointer(buffer.part(0..<plainCount)), suffix: UInt32(truncatingIfNeeded: index >> 16),
                tag: tag)
            guard isAuthentic else { throw .unauthentic }
            try rtp.applyCounterMode(to: payload, ssrc: ssrc, index: index)
        }
        rememberRTP(index, ssrc: ssrc, stream)
        return plainCount
    }

    /// Only the header is looked at: padding is encrypted on the way.
    private func rtpHeaderBytes(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int
    ) throws(SRTPError) -> Int {
        guard count >= RTPHeader.fixedBytes, count <= buffer.count else { throw .malformed }
        // Version 2, no CSRC, no extension: nearly all of them.
        if buffer[0] & 0xDF == 0x80 { return RTPHeader.fixedBytes }
        let bytes = UnsafeBufferPointer(
            start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
        do { return try RTPHeader.headerBytes(of: bytes.span) } catch { throw .malformed }
    }

    private mutating func rememberRTP(_ index: UInt64, ssrc: UInt32, _ stream: UnsafeMutablePointer<SRTPStream>?) {
        if let stream {
            stream.pointee.rtp.insert(index)
        } else {
            var new = SRTPStream(ssrc: ssrc)
            new.rtp.insert(index)
            streams.add(new)
        }
    }

    /// nil for a source that is new, when there is room for it.
    private mutating func find(_ ssrc: UInt32) throws(SRTPError) -> UnsafeMutablePointer<SRTPStream>? {
        let stream = streams.find(ssrc)
        guard stream != nil || !streams.isFull else { throw .tooManyStreams }
        return stream
    }
}

// RTCP: eight bytes of header, the rest encrypted, index with the encryption bit, tag (RFC 3711 §3.4); with
// authenticated encryption the tag comes before the index (RFC 7714 §9.2).
extension SRTPContext {
    private static let rtcpHeaderBytes = 8
    private static let indexBytes = 4
    private static let encryptionBit: UInt32 = 1 << 31

    private mutating func sealRTCP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPError) -> Int {
        precondition(direction == .sending, "a receiving context has no keys to send with")
        guard count >= Self.rtcpHeaderBytes, count <= buffer.count, buffer[0] >> 6 == 2 else { throw .malformed }
        guard buffer.count - count >= rtcp.tagBytes + Self.indexBytes else { throw .noRoom }
        let ssrc = buffer.bigEndian32(at: 4)
        let stream = try find(ssrc)
        let index = stream?.pointee.nextRTCPIndex ?? 0
        guard index <= Self.rtcpIndexMax else { throw .keyUsedUp }
        let secret = buffer.part(Self.rtcpHeaderBytes..<count)
        let indexStart = rtcp.isAEAD ? count + rtcp.tagBytes : count
        buffer.storeBytes(of: (index | Self.encryptionBit).bigEndian, toByteOffset: indexStart, as: UInt32.self)
        if rtcp.isAEAD {
            try rtcp.seal(
                secret, associated: buffer.part(0..<Self.rtcpHeaderBytes),
                trailing: buffer.part(indexStart..<indexStart + Self.indexBytes), tag: buffer.address(count),
                ssrc: ssrc, index: UInt64(index))
        } else {
            try rtcp.applyCounterMode(to: secret, ssrc: ssrc, index: UInt64(index))
            let covered = count + Self.indexBytes
            rtcp.authenticate(
                UnsafeRawBufferPointer(buffer.part(0..<covered)), suffix: nil, tag: buffer.address(covered))
        }
        if let stream {
            stream.pointee.nextRTCPIndex = index &+ 1
        } else {
            var new = SRTPStream(ssrc: ssrc)
            new.nextRTCPIndex = 1
            streams.add(new)
        }
        return count + rtcp.tagBytes + Self.indexBytes
    }

    private mutating func openRTCP(_ buffer: UnsafeMutableRawBufferPointer, count: Int) throws(SRTPError) -> Int {
        precondition(direction == .receiving, "a sending context has no keys to receive with")
        let plainCount = count - rtcp.tagBytes - Self.indexBytes
        guard plainCount >= Self.rtcpHeaderBytes, count <= buffer.count, buffer[0] >> 6 == 2 else { throw .malformed }
        let ssrc = buffer.bigEndian32(at: 4)
        let indexStart = rtcp.isAEAD ? count - Self.indexBytes : plainCount
        let field = buffer.bigEndian32(at: indexStart)
        guard field & Self.encryptionBit != 0 else { throw .unencrypted }
        let index = UInt64(field & ~Self.encryptionBit)
        let stream = try find(ssrc)
        try stream?.pointee.rtcp.check(index)
        let secret = buffer.part(Self.rtcpHeaderBytes..<plainCount)
        if rtcp.isAEAD {
            try rtcp.open(
                secret, associated: buffer.part(0..<Self.rtcpHeaderBytes),
                trailing: buffer.part(indexStart..<count), tag: buffer.address(plainCount), ssrc: ssrc, index: index)
        } else {
            let covered = plainCount + Self.indexBytes
            let isAuthentic = rtcp.isAuthentic(
                UnsafeRawBufferPointer(buffer.part(0..<covered)), suffix: nil, tag: buffer.address(covered))
            guard isAuthentic else { throw .unauthentic }
            try rtcp.applyCounterMode(to: secret, ssrc: ssrc, index: index)
        }
        if let stream {
            stream.pointee.rtcp.insert(index)
        } else {
            var new = SRTPStream(ssrc: ssrc)
            new.rtcp.insert(index)
            streams.add(new)
        }
        return plainCount
    }
}
