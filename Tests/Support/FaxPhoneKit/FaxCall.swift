import AudioDSP
import MediaControl
import PBXBase
import SDPNegotiation

/// One call of a fax phone: its fax machine, its media port and what was agreed. Confined to its phone.
final class FaxCall {
    /// 20 ms each.
    static let stepsPerSecond = 50
    /// A fax that takes longer has failed.
    private static let stepsMax = 150 * stepsPerSecond
    /// The caller stays on the line for a second after the last word of its machine, so that it gets across.
    private static let lingeringSteps = stepsPerSecond

    let isCalling: Bool
    let socket: FaxMediaSocket
    private let habits: FaxHabits
    private let terminal: FaxTerminal
    private var sound: FaxSound
    private var packets: FaxPackets?
    /// What we said of ourselves, and the same before an offer that waits for its answer.
    var local: LocalSession
    var localBeforeOffer: LocalSession?
    /// Where the other side wants its packets; nil before it is known.
    var target: Endpoint?
    private var steps = 0
    private var stepsAfterEnd = 0

    init(_ document: FaxTerminalSettings.Document, number: String, habits: FaxHabits, sessionID: UInt64) throws {
        isCalling = document.isSent
        self.habits = habits
        socket = try FaxMediaSocket()
        terminal = try FaxTerminal(
            sound: FaxTerminalSettings(document: document, isCalling: document.isSent, stationIdentity: number))
        sound = FaxSound(habits.format)
        local = LocalSession(id: sessionID, address: socket.endpoint.address)
    }

    var isOverPackets: Bool { packets != nil }
    /// An offer of fax packets is on its way.
    var isAsking: Bool { localBeforeOffer != nil }
    /// The machine is done, and its last words are across.
    var isDone: Bool { steps >= Self.stepsMax || stepsAfterEnd >= Self.lingeringSteps }

    /// Lives for 20 ms.
    /// - Returns: whether a fax was heard for which packets are wanted.
    func step() -> Bool {
        steps += 1
        if terminal.outcome != nil { stepsAfterEnd += 1 }
        while let datagram = socket.receive() {
            if packets != nil {
                packets?.received(datagram, terminal: terminal)
            } else {
                sound.received(datagram, terminal: terminal)
            }
        }
        guard let target else { return false }
        if packets != nil {
            for datagram in packets?.nextDatagrams(of: terminal) ?? [] { socket.send(datagram, to: target) }
        } else {
            socket.send(sound.nextPacket(of: terminal), to: target)
        }
        return isFaxHeard() && !isOverPackets && !isAsking && habits.packets == .wanted
    }

    private func isFaxHeard() -> Bool {
        var isHeard = false
        while let event = terminal.nextEvent() {
            if event == .callingToneHeard || event == .preambleHeard { isHeard = true }
        }
        return isHeard
    }

    /// Goes on over fax packets. False: the machine is too far on, or knows none.
    func changeToPackets(_ remote: FaxParameters, target: Endpoint?) -> Bool {
        let settings = T38Settings(
            version: 0, fastestModem: FaxModem(bitRateMax: remote.bitRateMax),
            datagramBytesMax: remote.datagramBytesMax ?? FaxParameters.datagramBytesDefault,
            bufferBytesMax: remote.bufferBytesMax ?? FaxParameters.bufferBytesDefault)
        guard habits.packets != .refused, terminal.changeToPackets(settings) else { return false }
        packets = FaxPackets(remote, losesOneOf: habits.losesOneOf)
        self.target = target ?? self.target
        return true
    }

    /// The call is over.
    func end() -> FaxResult {
        terminal.hangUp()
        return FaxResult(
            outcome: terminal.outcome, isOverPackets: isOverPackets, datagramsHeard: packets?.heardCount ?? 0,
            datagramsLost: packets?.lostCount ?? 0, packetsMissing: packets?.missingCount ?? 0,
            largestDatagram: packets?.largestBytes ?? 0, soundAfterChange: packets?.soundCount ?? 0)
    }
}
