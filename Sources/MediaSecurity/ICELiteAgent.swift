package import MediaControl
package import PBXBase
import RTPGrammar

/// The lite side of ICE on one port (RFC 8445 §2.5): it answers the peer's connectivity checks and learns from them
/// where the peer is; it sends none of its own. Checks go on for the whole call, as the peer's way of asking for
/// consent (RFC 7675): answering them is all that we owe.
///
///     check from S, valid      → S may send
///     … with USE-CANDIDATE     → S is selected; media goes there
///
/// A peer that nominates as it goes (RFC 5245 §8.1.1.2) nominates several pairs: the one of highest priority stays. A
/// peer that later moves to a pair of lower priority nominates that one alone, and is followed at its second check.
package struct ICELiteAgent {
    /// Sources whose checks passed; more than these push the oldest out.
    package static let validSourcesMax = 8

    package enum Refusal: Hashable, Sendable {
        /// Not a message for us: no fingerprint, no binding request, an indication or a response.
        case ignored
        /// Answered with this code (RFC 5389 §15.6).
        case error(Int)
    }

    package enum Outcome: Hashable, Sendable {
        /// The response lies in the buffer, `count` bytes, to be sent back where the check came from. `selected` is set
        /// when the peer's address has changed by this check.
        case answered(count: Int, selected: Endpoint?)
        /// As above, but the check has failed with `code`.
        case refused(count: Int, code: Int)
        /// Nothing is to be sent.
        case ignored
    }

    private struct ValidSource {
        let endpoint: Endpoint
        var lastCheck: Instant
    }

    /// Where media goes; nil until the peer has chosen.
    package private(set) var selected: Endpoint?
    /// When the last valid check came; nil before the first.
    package private(set) var lastCheck: Instant?
    private var plan: ICEPlan
    private var integrity: HMACSHA1
    /// `local fragment:`, with which the user name of every check begins.
    private var usernamePrefix: [UInt8]
    private var usernameSuffix: [UInt8]
    private var selectedPriority: UInt32 = 0
    /// Nominated once since the last check of the selected pair.
    private var contender: Endpoint?
    private var validSources: [ValidSource] = []

    package init(_ plan: ICEPlan) {
        self.plan = plan
        integrity = HMACSHA1(key: Array(plan.local.password.utf8))
        usernamePrefix = Array((plan.local.usernameFragment + ":").utf8)
        usernameSuffix = Array((plan.remoteUsernameFragment ?? "").utf8)
        validSources.reserveCapacity(Self.validSourcesMax)
    }

    /// Takes on what signalling says now. Other credentials of ours are an ICE restart (RFC 8445 §9): what was learned
    /// goes, but media keeps going to the selected address until another one is.
    package mutating func apply(_ plan: ICEPlan) {
        guard plan != self.plan else { return }
        let former = selected
        let isRestart = plan.local != self.plan.local
        if isRestart {
            self = ICELiteAgent(plan)
            selected = former
        } else {
            self.plan = plan
            usernameSuffix = Array((plan.remoteUsernameFragment ?? "").utf8)
        }
    }

    /// Whether checks from there have passed, so that what comes from there may be the peer's.
    package func isValid(_ source: Endpoint) -> Bool {
        validSources.contains { $0.endpoint == source }
    }

    /// Takes the datagram of `count` bytes at the beginning of `buffer`, which must have room for
    /// `STUNWriter.bytesMax`; the response is written over it.
    package mutating func receive(
        _ buffer: UnsafeMutableRawBufferPointer, count: Int, from source: Endpoint, now: Instant
    ) -> Outcome {
        guard count <= buffer.count, buffer.count >= STUNWriter.bytesMax else { return .ignored }
        let bytes = UnsafeMutableBufferPointer(
            start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
        // RFC 8445 §7.3: a check always has a fingerprint; without, it is some other packet.
        guard let message = try? STUNMessage(bytes.span), message.kind == .request,
            message.method == STUNMessage.bindingMethod, STUNFingerprint.isRight(message, in: bytes.span)
        else { return .ignored }
        guard let integrityStart = message.integrityStart, let username = message.username else {
            return refuse(400, message, isAuthentic: false, buffer)
        }
        guard isOurs(username, in: bytes), isAuthentic(buffer, integrityStart: integrityStart) else {
            return refuse(401, message, isAuthentic: false, buffer)
        }
        if message.unknownAttribute != nil { return refuse(420, message, isAuthentic: true, buffer) }
        // §7.3.1.1: the lite side never controls; a peer that does not want to, must.
        if message.controlledTieBreaker != nil {
            return refuse(487, message, isAuthentic: true, buffer)
        }
        lastCheck = now
        noteValid(source, now: now)
        let isChanged = message.usesCandidate && select(source, priority: message.priority ?? 0)
        let written = respond(message, to: source, buffer)
        return .answered(count: written, selected: isChanged ? source : nil)
    }

    /// Whether the address of the peer has changed.
    private mutating func select(_ source: Endpoint, priority: UInt32) -> Bool {
        guard let selected else {
            self.selected = source
            selectedPriority = priority
            return true
        }
        if source == selected {
            selectedPriority = priority
            contender = nil
            return false
        }
        guard priority > selectedPriority || contender == source else {
            contender = source
            return false
        }
        self.selected = source
        selectedPriority = priority
        contender = nil
        return true
    }

    private mutating func noteValid(_ source: Endpoint, now: Instant) {
        for index in validSources.indices where validSources[index].endpoint == source {
            validSources[index].lastCheck = now
            return
        }
        if validSources.count == Self.validSourcesMax,
            let oldest = validSources.indices.filter({ validSources[$0].endpoint != selected })
                .min(by: { validSources[$0].lastCheck < validSources[$1].lastCheck })
        {
            validSources.remove(at: oldest)
        }
        validSources.append(ValidSource(endpoint: source, lastCheck: now))
    }

    private func isOurs(_ username: Range<Int>, in bytes: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        guard username.count >= usernamePrefix.count, isEqual(usernamePrefix, bytes, at: username.lowerBound) else {
            return false
        }
        if usernameSuffix.isEmpty { return true }
        let start = username.lowerBound + usernamePrefix.count
        return username.upperBound - start == usernameSuffix.count && isEqual(usernameSuffix, bytes, at: start)
    }

    private func isEqual(_ expected: [UInt8], _ bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Bool {
        for index in expected.indices where bytes[start + index] != expected[index] { return false }
        return true
    }

    /// RFC 5389 §15.4: the tag is made while the message ends with it, whatever follows later.
    private func isAuthentic(_ buffer: UnsafeMutableRawBufferPointer, integrityStart: Int) -> Bool {
        let length = buffer.bigEndian16(at: 2)
        let covered = integrityStart + 4 + STUNWriter.integrityTagBytes - STUNMessage.headerBytes
        buffer.storeBytes(of: UInt16(covered).bigEndian, toByteOffset: 2, as: UInt16.self)
        defer { buffer.storeBytes(of: length.bigEndian, toByteOffset: 2, as: UInt16.self) }
        return integrity.isAuthentic(
            UnsafeRawBufferPointer(buffer.part(0..<integrityStart)),
            expected: buffer.address(integrityStart + 4),
            count: STUNWriter.integrityTagBytes)
    }

    private func respond(
        _ request: STUNMessage, to source: Endpoint, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        write(.success, request, isAuthentic: true, buffer) { writer, bytes in
            writer.appendXORMappedAddress(source, into: &bytes)
        }
    }

    private func refuse(
        _ code: Int, _ request: STUNMessage, isAuthentic: Bool, _ buffer: UnsafeMutableRawBufferPointer
    ) -> Outcome {
        let written = write(.failure, request, isAuthentic: isAuthentic, buffer) { writer, bytes in
            writer.appendErrorCode(code, into: &bytes)
            if code == 420, let type = request.unknownAttribute {
                writer.appendUnknownAttribute(type, into: &bytes)
            }
        }
        return .refused(count: written, code: code)
    }

    /// Writes a response with what `body` adds; a tag is owed only to who has shown one (RFC 5389 §10.1.2).
    private func write(
        _ kind: STUNMessage.Kind, _ request: STUNMessage, isAuthentic: Bool,
        _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (inout STUNWriter, inout MutableSpan<UInt8>) -> Void
    ) -> Int {
        let room = UnsafeMutableBufferPointer(
            start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: buffer.count)
        var bytes = room.mutableSpan
        var writer = STUNWriter(kind, transaction: request.transaction, into: &bytes)
        body(&writer, &bytes)
        if isAuthentic {
            let covered = writer.count
            let tag = writer.appendMessageIntegrity(into: &bytes)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: HMACSHA1.tagBytes) { made in
                guard let base = made.baseAddress else { return }
                integrity.authenticate(UnsafeRawBufferPointer(buffer.part(0..<covered)), into: base)
                for index in made.indices { bytes[tag + index] = made[index] }
            }
        }
        writer.appendFingerprint(into: &bytes)
        return writer.count
    }
}
