package import MediaControl
package import PBXBase

/// The sound card as the engine sees it: a party at a port of its own, which sits in the room of the current call.
package struct CardSettings: Hashable, Sendable {
    /// Where the card hears the engine.
    package var endpoint: Endpoint
    package var format: MediaFormat
    package var frameMilliseconds: Int

    package init(endpoint: Endpoint, format: MediaFormat, frameMilliseconds: Int) {
        self.endpoint = endpoint
        self.format = format
        self.frameMilliseconds = frameMilliseconds
    }
}

extension PhoneCore {
    /// Country whose tones are heard while it rings there.
    private static let toneCountry = "de"

    /// There is something to say or to hear: the devices are to be open.
    package var needsCard: Bool {
        lines.values.contains { $0.state != .incoming && $0.state != .ended }
    }

    /// Takes the first port for the card.
    mutating func attachCard(into effects: inout [Effect]) {
        guard settings.card != nil, cardPort == nil, let lease = takePort(towards: .ipv4Loopback) else { return }
        cardPort = lease
        effects.append(.connectCard(lease.rtp))
        applyCardPlan(room: nil, into: &effects)
    }

    /// Has the card follow the call: into its room, or out of it, with the ringing tone while it rings there.
    mutating func followCard(into effects: inout [Effect]) {
        guard cardPort != nil else { return }
        let current = currentLine.flatMap { lines[$0] }
        let seated = lines.values.filter { $0.isSeated && $0.activeSince != nil }.sorted { $0.number < $1.number }
        let heard = current.flatMap { $0.isSeated ? $0 : nil } ?? seated.first
        let wanted = CardSeat(room: heard?.room, isMuted: volumes.isMicrophoneMuted)
        if wanted != cardSeat { applyCardPlan(room: heard?.room, into: &effects) }
        // A network that sends its own tone is heard instead of ours.
        followRinging(current?.state == .ringing && current?.media?.remote == nil, into: &effects)
    }

    private mutating func applyCardPlan(room: MediaRoomID?, into effects: inout [Effect]) {
        guard let card = settings.card, let port = cardPort else { return }
        cardSeat = CardSeat(room: room, isMuted: volumes.isMicrophoneMuted)
        var plan = MediaPlan(remote: card.endpoint, latching: .off, clockRate: card.format.clockRate)
        plan.formats = [card.format]
        plan.sending = AudioSending(format: card.format, ptimeMilliseconds: card.frameMilliseconds)
        plan.seat = room.map { RoomSeat(room: $0, speaks: !volumes.isMicrophoneMuted) }
        effects.append(.media(.apply([.init(port: port.id, plan: plan)])))
    }

    private mutating func followRinging(_ isRinging: Bool, into effects: inout [Effect]) {
        guard let port = cardPort, isRinging != (ringingTone != nil) else { return }
        if isRinging {
            lastPlayback += 1
            let id = PlaybackID(lastPlayback)
            ringingTone = id
            let tone = AudioItem.tone(.ringBack, country: Self.toneCountry, atMost: nil)
            effects.append(.media(.play(Playback(id: id, items: [tone], repetition: .forever), .port(port.id))))
        } else if let id = ringingTone {
            ringingTone = nil
            effects.append(.media(.change(id, .port(port.id), .stop)))
        }
    }
}

/// Where the card is now.
struct CardSeat: Hashable, Sendable {
    var room: MediaRoomID?
    var isMuted: Bool
}
