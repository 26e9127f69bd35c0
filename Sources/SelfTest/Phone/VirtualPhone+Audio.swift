import NIOCore
import PBXBase

// What the phone says and hears.
extension VirtualPhone {
    /// Begins to send, silence at first; to be done once the call is established.
    func beginSending() {
        guard call.source != nil, call.pace == nil else { return }
        call.pace = loop.scheduleRepeatedTask(
            initialDelay: .zero, delay: .milliseconds(Int64(TestSignal.packetMilliseconds))
        ) { [weak self] _ in
            self?.assumeIsolated { $0.sendPacket() }
        }
    }

    /// Sends our tone; `toneHeard` follows when as much of the other phone's came here.
    func play() {
        begin()
        call.tonePacketsAwaited = TestSignal.tonePackets
        call.source?.play(frequencyHz: account.toneHz, packets: TestSignal.tonePackets)
    }

    /// Presses keys; `digitsHeard` follows when so many came here. False where the call has no way for digits.
    func press(_ digits: String, awaiting count: Int) -> Bool {
        begin()
        call.digitsAwaited = count
        return call.source?.press(digits) ?? false
    }

    var hearing: PhoneHearing {
        PhoneHearing(
            departures: call.source?.departures ?? [:], arrivals: call.sink?.arrivals ?? [],
            digits: call.sink?.digits ?? "", packetsSent: call.source?.packetsSent ?? 0,
            audioTarget: call.audioTarget, sendProblem: call.sendProblem)
    }

    func audioReceived(_ packet: [UInt8]) {
        call.sink?.received(packet, now: currentInstant())
        guard let sink = call.sink else { return }
        if sink.tonePackets >= call.tonePacketsAwaited { reached(.toneHeard) }
        if sink.digits.utf8.count >= call.digitsAwaited { reached(.digitsHeard) }
    }

    private func sendPacket() {
        guard let link, let target = call.audioTarget, let packet = call.source?.next(now: currentInstant()),
            let address = try? SocketAddress(ipAddress: target.address.description, port: Int(target.port))
        else { return }
        let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: packet))
        link.audio.writeAndFlush(envelope).whenFailure { [weak self] error in
            // The first says why; afterwards the socket is closed.
            self?.assumeIsolated { $0.call.sendProblem = $0.call.sendProblem ?? "\(error)" }
        }
    }
}
