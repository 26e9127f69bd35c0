package import PBXModel

/// The SIP messages of one call as they passed, and how its audio fared: the result of `trace`.
package struct WireTraceReport: Hashable, Sendable, Codable {
    /// A phone (or whatever it is) at the other end of one SIP dialog of the call. Whoever refused or was not picked up
    /// is one too.
    package struct Party: Hashable, Sendable, Codable {
        package var role: LegSnapshot.Role
        package var number: String
        package var name: String
        /// Transport and address of its signalling: `udp 192.0.2.7:5060`.
        package var peer: String
        package var sipCallId: String

        package init(role: LegSnapshot.Role, number: String, name: String, peer: String, sipCallId: String) {
            self.role = role
            self.number = number
            self.name = name
            self.peer = peer
            self.sipCallId = sipCallId
        }
    }

    package struct Message: Hashable, Sendable, Codable {
        /// RFC 3339 in UTC, to the microsecond.
        package var at: String
        /// Whose dialog it is of: a place in `parties`.
        package var party: Int
        /// From the party to us; else from us to the party.
        package var isReceived: Bool
        package var transport: String
        /// Our address and the party's.
        package var local: String
        package var remote: String
        /// The method, or status and phrase: `INVITE`, `180 Ringing`.
        package var label: String
        /// What is worth knowing at a glance: what its SDP says, what a response answers, where a REFER leads to.
        package var hint: String?
        /// The same message went the same way before.
        package var isRepeat: Bool
        /// The message. Proofs of passwords and keys of audio are masked. Bytes that are no UTF-8 are replaced.
        package var text: String
        /// Its bytes in hexadecimal, where `text` is not all.
        package var hex: String?

        package init(
            at: String, party: Int, isReceived: Bool, transport: String, local: String, remote: String, label: String,
            hint: String?, isRepeat: Bool, text: String, hex: String? = nil
        ) {
            self.at = at
            self.party = party
            self.isReceived = isReceived
            self.transport = transport
            self.local = local
            self.remote = remote
            self.label = label
            self.hint = hint
            self.isRepeat = isRepeat
            self.text = text
            self.hex = hex
        }
    }

    package var callId: String
    /// Callers first, then the phones called, each in the order in which they came in.
    package var parties: [Party]
    package var messages: [Message]
    /// False when the oldest messages of the call may be gone: only so many are kept, and none from before a restart.
    package var isWhole: Bool
    /// As in `showCall`: with the figures of its audio.
    package var call: CallSnapshot?
    package var record: CallRecordReport?

    package init(
        callId: String, parties: [Party], messages: [Message], isWhole: Bool, call: CallSnapshot? = nil,
        record: CallRecordReport? = nil
    ) {
        self.callId = callId
        self.parties = parties
        self.messages = messages
        self.isWhole = isWhole
        self.call = call
        self.record = record
    }
}

extension WireTraceReport {
    /// How the audio of each leg fared, by its number: of a live call as of the last look, of an ended one as it was
    /// recorded.
    package var audio: [(role: LegSnapshot.Role, number: String, figures: MediaFigures)] {
        if let call { return call.legs.compactMap { leg in leg.figures.map { (leg.role, leg.number, $0) } } }
        guard let record else { return [] }
        let caller = record.callerMedia.map { (LegSnapshot.Role.caller, record.from, $0) }
        let callee = record.calleeMedia.map { (LegSnapshot.Role.callee, record.answeredBy ?? record.to, $0) }
        return [caller, callee].compactMap(\.self)
    }
}
