import CallControl
import ControlProtocol
import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// A small office where a test says who does what: each act is carried out, and the world given a moment to answer.
/// Extensions 101 to 104, ring group 500 of 102 and 103,
/// and fax box 900.
final class Office {
    struct Settings {
        var seed: UInt64 = 1
        var portsMax = 4_096
        var sip = SIPSettings()
        var media = MediaSettings()
        var limits = Limits()
        var callsMax = 10
        var partiesMax = 3
        var encryption = EncryptionRule.prefer
        var mediaWorkers: UInt8 = 1
    }

    static let numbers = ["101", "102", "103", "104"]
    static let realm = "pbx.example"

    let world: SimulatedWorld
    let exchange: SimulatedExchange
    private(set) var desks: [Desk] = []

    init(_ adjust: (inout Settings) -> Void = { _ in }) {
        var settings = Settings()
        adjust(&settings)
        world = SimulatedWorld(network: SimulatedNetwork(seed: settings.seed))
        exchange = SimulatedExchange(
            ipv4: SimulatedCompany.ipv4, ipv6: SimulatedCompany.ipv6, directory: Self.directory(settings),
            mediaWorkers: settings.mediaWorkers, portsMax: settings.portsMax, seed: settings.seed)
        world.add(exchange)
        wait(.milliseconds(50))
    }

    static func directory(
        _ settings: Settings = Settings(), without: [String] = [], pickupGroups: [String: String] = [:]
    ) -> Directory {
        var extensions: [String: Extension] = [:]
        for (index, number) in numbers.enumerated() where !without.contains(number) {
            let secret = digestHashes(user: number, realm: realm, password: "demo-\(number)")
            extensions[number] = Extension(
                number: number, displayName: "Desk \(number)",
                secret: DigestSecret(md5: secret.md5, sha256: secret.sha256),
                ringSeconds: 20, callsMax: settings.callsMax, encryption: settings.encryption,
                origin: ConfigOrigin(file: "office", line: index + 1))
            extensions[number]?.pickupGroup = pickupGroups[number]
        }
        let group = RingGroup(
            number: "500", displayName: "Sales", members: ["102", "103"], ringSeconds: 20,
            origin: ConfigOrigin(file: "office", line: 10))
        let conference = ConferenceRoom(
            number: "800", displayName: "Team", partiesMax: settings.partiesMax,
            origin: ConfigOrigin(file: "office", line: 11))
        let box = FaxBox(
            number: "900", displayName: "Office fax", stationIdentity: "+49 30 900", folder: "/fax/900",
            origin: ConfigOrigin(file: "office", line: 12))
        var parking = ParkingLot()
        parking.slots = ["701", "702"]
        return Directory(
            realm: realm, domains: [realm], extensions: extensions, ringGroups: ["500": group],
            conferences: ["800": conference], faxBoxes: ["900": box], parking: parking, sip: settings.sip,
            media: settings.media,
            limits: settings.limits)
    }

    /// A phone of an extension, registered unless told otherwise. Each has an address of its own, or shares that of
    /// another, as behind a NAT.
    func desk(
        _ number: String, transport: SIPTransportKind = .udp, isIPv6: Bool = false, password: String? = nil,
        registers: Bool = true, sharing other: Desk? = nil
    ) -> Desk {
        let index = desks.count + 1
        let address =
            isIPv6
            ? IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: UInt64(0x100 + index))
            : IPAddress(ipv4: UInt32(0x0A00_0100 + index))
        let phone = ScriptedPhone(
            number, at: Endpoint(other?.phone.address ?? address, port: UInt16(other == nil ? 5_060 : 5_060 + index)),
            server: Endpoint(isIPv6 ? SimulatedCompany.ipv6 : SimulatedCompany.ipv4, port: SimulatedExchange.port),
            transport: transport, password: password, seed: UInt64(1_000 + index))
        world.add(phone)
        let desk = Desk(phone, in: self)
        desks.append(desk)
        if registers {
            phone.register(now: now)
            wait()
            #expect(phone.isRegistered)
        }
        return desk
    }

    var now: Instant { world.now.instant }

    /// Lets the messages of the last act arrive, and time go by.
    func wait(_ interval: Interval = .milliseconds(100)) {
        world.settle()
        world.run(for: interval)
    }

    // MARK: What is seen

    /// Records of calls that are over, oldest first.
    var records: [CallRecord] { exchange.store.closedRecords.values.sorted { $0.startedAt < $1.startedAt } }
    var record: CallRecord? { records.last }
    /// The newest REGISTER with credentials that the exchange got, as a listener on the wire sees it.
    var lastRegister: [UInt8]? { exchange.lastAuthorizedRegister }
    var counts: ExchangeCore.Counts { exchange.core.counts }
    /// What passed on the wire for the call of a record.
    func trace(of record: CallRecord) -> WireTraceReport {
        let dialogs = exchange.core.calls.dialogs[record.id]
        return TraceReading(of: record.id, wire: exchange.wire, dialogs: dialogs, call: nil).report(record)
    }
    var calls: [Call] { Array(exchange.core.calls.calls.values) }

    /// What the worker does with what this desk sends in its call.
    func plan(of desk: Desk) -> MediaPlan? {
        desk.call?.remoteMedia.flatMap { exchange.media.plan(at: $0.endpoint) }
    }

    /// Everybody leaves; an hour later nothing may be left.
    func close() {
        for desk in desks { desk.phone.retire(now: now) }
        wait(.seconds(3_600))
        #expect(world.violations == [])
        #expect(exchange.leftovers == [])
        #expect(desks.flatMap(\.phone.liveCalls).isEmpty)
    }
}

/// One phone of the office, as a sentence: `desk.calls("102")`, `desk.picksUp()`.
final class Desk {
    let phone: ScriptedPhone
    private unowned let office: Office

    init(_ phone: ScriptedPhone, in office: Office) {
        self.phone = phone
        self.office = office
    }

    var call: PhoneCall? { phone.call }
    var state: PhoneCall.State? { call?.state }
    var statuses: [Int] { call?.statuses ?? [] }
    /// The newest message that came and is a request of this method, or the response to one.
    func received(_ method: SIPMethod) -> SIPMessage? { phone.received.last { $0.isRequest && $0.method == method } }
    var lastResponse: SIPMessage? { phone.received.last { !$0.isRequest } }

    private func act(_ body: (PhoneCall) -> Void) {
        guard let call else {
            Issue.record("phone \(phone.number) has no call")
            return
        }
        body(call)
        office.wait()
    }

    func calls(_ number: String, offersLate: Bool = false) {
        phone.call(number, offersLate: offersLate, now: office.now)
        office.wait()
    }

    func rings(hasEarlyMedia: Bool = false) { act { phone.ring($0, hasEarlyMedia: hasEarlyMedia, now: office.now) } }
    func picksUp() { act { phone.answer($0, now: office.now) } }
    func refuses(_ status: Int) { act { phone.reject($0, status: status, now: office.now) } }
    func forwards(to contacts: String...) { act { phone.redirect($0, to: contacts, now: office.now) } }
    func givesUp() { act { phone.cancel($0, now: office.now) } }
    func hangsUp() { act { phone.hangUp($0, now: office.now) } }
    func holds() { act { phone.setHold(true, $0, now: office.now) } }
    func resumes() { act { phone.setHold(false, $0, now: office.now) } }
    func asksForFax(_ attributes: [String] = PhoneSDP.usualFax) {
        act { phone.changeToFax($0, attributes: attributes, now: office.now) }
    }
    func refreshes(offersLate: Bool = false) { act { phone.refresh($0, offersLate: offersLate, now: office.now) } }
    func sends(_ method: SIPMethod, headers: [(SIPHeaderName, String)] = [], _ body: PhoneBody? = nil) {
        act { phone.send(method, in: $0, headers: headers, body: body, now: office.now) }
    }

    /// Sends a message that was sent before, as a new transaction.
    func repeats(_ message: [UInt8]) {
        let text = String(decoding: message, as: UTF8.self).replacing("branch=z9hG4bK", with: "branch=z9hG4bKagain")
        phone.sendRaw(Array(text.utf8))
        office.wait()
    }

    /// Presses a key, which the media worker reports if it was asked to.
    func presses(_ digit: Character) {
        act { call in
            guard let endpoint = call.remoteMedia?.endpoint else { return }
            office.exchange.media.press(digit, at: endpoint, now: office.now)
        }
    }

    /// Loses its connection.
    func losesConnection() {
        office.world.network.disconnect(phone.endpoint, now: office.now)
        office.wait()
    }

    /// The audio part of what the exchange said last, with `PORT` for our port: what matters of it reads at a glance.
    var heard: String? {
        guard let sdp = call?.remoteMedia else { return nil }
        let formats = sdp.formats.map { "\($0.payloadType) \($0.map)" }.joined(separator: ", ")
        return "\(sdp.endpoint.port == 0 ? "0" : "PORT") \(formats) \(sdp.direction.rawValue)"
    }
}
