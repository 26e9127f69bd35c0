import CallControl
package import PBXBase
import PBXCore
package import PBXModel
import SIPGrammar

/// A small office whose phones live by themselves: what random runs are made of. Everything follows from the seed.
package final class SimulatedCompany {
    package let seed: UInt64
    /// Holds, transfers, parks and fetches that were done.
    package private(set) var operationCount = 0
    package let world: SimulatedWorld
    package let exchange: SimulatedExchange
    package let phones: [ScriptedPhone]

    package static let realm = "pbx.example"
    package static let ipv4 = IPAddress(ipv4: 0x0A00_0001)
    package static let ipv6 = IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: 1)
    package static let groupNumber = "500"
    private static let firstNumber = 101
    private static let services = [
        "*43", "*44", "800", "800", "900", "701", "**\(firstNumber + 1)", "*78", "*79", "*72\(firstNumber + 2)", "*73",
        "*80\(firstNumber + 1)",
    ]
    /// Phones that agree, phones that have to be transcoded, one without telephone-events, one that only passes.
    private static let codecs: [[PhoneSDP.Format]] = [
        PhoneSDP.usual, [.init(9, "G722/8000"), .init(101, "telephone-event/8000")], PhoneSDP.usual,
        [.init(96, "opus/48000/2"), .init(97, "telephone-event/48000")], [.init(0, "PCMU/8000")],
        [.init(18, "G729/8000"), .init(0, "PCMU/8000"), .init(100, "telephone-event/8000")],
    ]

    private static let faxHabits: [ScriptedPhone.FaxHabit] = [
        .takes, .refuses(488), .takes, .takesNothing, .refuses(415),
    ]

    /// Phones number one per extension, but the first two extensions have two. Every fourth speaks TCP, every fifth
    /// IPv6.
    package init(seed: UInt64, extensionCount: Int = 10, quality: PathQuality, habits: PhoneHabits? = PhoneHabits()) {
        self.seed = seed
        let numbers = (0..<extensionCount).map { String(Self.firstNumber + $0) }
        world = SimulatedWorld(network: SimulatedNetwork(quality: quality, seed: seed))
        exchange = SimulatedExchange(
            ipv4: Self.ipv4, ipv6: Self.ipv6, directory: Self.directory(numbers: numbers, seed: seed), seed: seed)
        world.add(exchange)
        var phones: [ScriptedPhone] = []
        for (index, number) in (numbers + numbers.prefix(2)).enumerated() {
            let isIPv6 = index % 5 == 4
            let address =
                isIPv6
                ? IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: UInt64(0x100 + index))
                : IPAddress(ipv4: UInt32(0x0A00_0100 + index))
            let phone = ScriptedPhone(
                number, at: Endpoint(address, port: 5_060),
                server: Endpoint(isIPv6 ? Self.ipv6 : Self.ipv4, port: SimulatedExchange.port),
                transport: index % 4 == 3 ? .tcp : .udp, seed: seed &* 1_000 &+ UInt64(index))
            phone.habits = habits
            phone.targets = numbers.filter { $0 != number } + [Self.groupNumber, "999"] + Self.services
            phone.media.formats = Self.codecs[index % Self.codecs.count]
            phone.media.hasKey = index % 4 == 1
            phone.faxHabit = Self.faxHabits[index % Self.faxHabits.count]
            phones.append(phone)
        }
        self.phones = phones
        for phone in phones {
            world.add(phone)
            phone.powerChanged = { [exchange, world] phone in
                if phone.hasPower {
                    exchange.speakAgain(phone.address)
                } else {
                    exchange.fallSilent(phone.address, now: world.now.instant)
                }
            }
        }
    }

    /// The phones' numbers, a ring group of the last three, and limits that a run of minutes reaches.
    package static func directory(numbers: [String], seed: UInt64) -> Directory {
        var extensions: [String: Extension] = [:]
        for (index, number) in numbers.enumerated() {
            let hashes = digestHashes(user: number, realm: realm, password: "demo-\(number)")
            extensions[number] = Extension(
                number: number, displayName: "Phone \(number)",
                secret: DigestSecret(md5: hashes.md5, sha256: hashes.sha256), ringSeconds: 12,
                encryption: index % 3 == 0 ? .off : .prefer,
                origin: ConfigOrigin(file: "simulation", line: index + 1))
        }
        let group = RingGroup(
            number: groupNumber, displayName: "Sales", members: Array(numbers.suffix(3)), ringSeconds: 12,
            origin: ConfigOrigin(file: "simulation", line: 500))
        var sip = SIPSettings()
        // In every third world no call may last longer than most want to.
        if seed % 3 == 0 { sip.callSecondsMax = 12 }
        var media = MediaSettings()
        media.silenceSecondsMax = 20
        media.recordingFolder = "/recordings"
        var parking = ParkingLot()
        parking.slots = ["701", "702"]
        parking.secondsMax = 20
        return Directory(
            realm: realm, domains: [realm], extensions: extensions, ringGroups: [groupNumber: group],
            conferences: [
                "800": ConferenceRoom(
                    number: "800", displayName: "Conference", partiesMax: 4,
                    origin: ConfigOrigin(file: "simulation", line: 800))
            ],
            faxBoxes: [
                "900": FaxBox(
                    number: "900", displayName: "Fax", folder: "/fax/900",
                    origin: ConfigOrigin(file: "simulation", line: 900))
            ], parking: parking, sip: sip, media: media)
    }

    package var callsPlacedCount: Int { phones.reduce(0) { $0 + $1.callsPlacedCount } }

    /// Registers everybody and lets them call each other until so many calls were placed.
    package func run(calls: Int) {
        for phone in phones { phone.register(now: world.now.instant) }
        world.settle()
        var random = SeededRandom(seed: seed &+ 77)
        while callsPlacedCount < calls, world.violations.isEmpty, world.step() {
            if world.stepCount % 500 == 0 { operatorActs(&random) }
            if world.stepCount % 29 == 0 { operatorHandles(&random) }
            if world.stepCount % 97 == 0 { somebodyPressesAKey(&random) }
        }
    }

    private func somebodyPressesAKey(_ random: inout SeededRandom) {
        guard let call = phones.randomElement(using: &random)?.call, call.state == .established,
            let endpoint = call.remoteMedia?.endpoint, let digit = "0123456789*#".randomElement(using: &random)
        else { return }
        exchange.media.press(digit, at: endpoint, now: world.now.instant)
    }

    /// Now and then somebody at the console ends a call, places one, or reloads the configuration.
    private func operatorActs(_ random: inout SeededRandom) {
        let now = world.now
        let calls = exchange.core.calls.calls.keys.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: if let call = calls.randomElement(using: &random) { exchange.hangUp(call, now: now) }
        case 1: exchange.reload(exchange.core.directory, now: now)
        default:
            if let phone = phones.randomElement(using: &random),
                let target = phone.targets.randomElement(using: &random)
            {
                exchange.originate(from: phone.number, to: target, now: now)
            }
        }
        world.settle()
    }

    /// Somebody at the console holds, transfers, parks or fetches a call, whether or not that can be done.
    private func operatorHandles(_ random: inout SeededRandom) {
        let now = world.now
        let calls = exchange.core.calls.calls.keys.sorted { ($0.high, $0.low) < ($1.high, $1.low) }
        guard let call = calls.randomElement(using: &random), let phone = phones.randomElement(using: &random),
            let target = (phones.map(\.number) + Self.places).randomElement(using: &random)
        else { return }
        let party = [nil, exchange.core.calls.calls[call]?.caller.number, phone.number].randomElement(using: &random)
        do throws(CallRefusal) {
            switch Int.random(in: 0..<17, using: &random) {
            case 11, 12:
                _ = try exchange.consult(call, by: party ?? nil, at: target, now: now)
            case 13: try stepOn(call, phone, &random)
            case 15: exchange.note("noted in step \(world.stepCount)", of: call, now: now)
            case 16: setSomething(of: phone, target, &random)
            case 14: try callForHelp(call, phone, target, &random)
            case 8: _ = try exchange.startRecording(call, now: now)
            case 9: try exchange.operate(.stopRecording(call), now: now)
            case 10:
                let second = calls.randomElement(using: &random)
                try exchange.operate(.completeTransfer(call, with: second, by: party ?? nil), now: now)
            case 0: try exchange.operate(.hold(call, by: party ?? nil), now: now)
            case 1: try exchange.operate(.resume(call, by: nil), now: now)
            case 2, 3: try exchange.operate(.transferBlind(call, by: party ?? nil, to: target), now: now)
            case 4: try exchange.operate(.pullBack(call), now: now)
            case 5: _ = try exchange.park(call, by: party ?? nil, slot: nil, now: now)
            case 6: _ = try exchange.fetch(.parked("701"), for: phone.number, now: now)
            default: _ = try exchange.fetch(.ringing(call), for: phone.number, now: now)
            }
            operationCount += 1
        } catch {
            // Refusals are part of it.
        }
        world.settle()
    }

    /// Somebody sets something for a phone's user, mostly back to nothing.
    private func setSomething(of phone: ScriptedPhone, _ target: String, _ random: inout SeededRandom) {
        let changes: [UserSettingsChange] = [
            .doNotDisturb(true), .doNotDisturb(false), .forwarding(to: target), .forwarding(to: nil), .presence(target),
        ]
        guard let change = changes.randomElement(using: &random) else { return }
        // Refusals are part of it.
        _ = try? exchange.change(change, of: phone.number, now: world.now)
    }

    /// Somebody goes on with a consultation, most likely.
    private func stepOn(
        _ call: CallID, _ phone: ScriptedPhone, _ random: inout SeededRandom
    ) throws(CallRefusal) {
        let id = exchange.core.calls.calls.values.filter { $0.snapshot.consultation != nil }.map(\.id)
            .sorted { ($0.high, $0.low) < ($1.high, $1.low) }.randomElement(using: &random)
        let order: CallOrder =
            switch Int.random(in: 0..<6, using: &random) {
            case 0: .completeTransfer(id ?? call, with: nil, by: nil)
            case 1: .cancelTransfer(id ?? call)
            case 2: .threeWay(id ?? call)
            case 3: .answer(call, at: phone.number)
            case 4: .decline(call, at: phone.number)
            default: .swap(id ?? call)
            }
        try exchange.operate(order, now: world.now)
    }

    /// Somebody listens to a call, changes to another mode, or parks it and tells others.
    private func callForHelp(
        _ call: CallID, _ phone: ScriptedPhone, _ target: String, _ random: inout SeededRandom
    ) throws(CallRefusal) {
        let mode = SupervisionMode.allCases.randomElement(using: &random) ?? .listen
        switch Int.random(in: 0..<3, using: &random) {
        case 0: _ = try exchange.supervise(call, from: phone.number, mode, beside: nil, now: world.now)
        case 1: try exchange.operate(.changeSupervision(call, to: mode, beside: nil), now: world.now)
        default: _ = try exchange.parkAndPage(call, by: nil, page: target, slot: nil, now: world.now)
        }
    }

    /// Where calls are sent besides phones.
    private static let places = [groupNumber, "800", "*43", "*70", "701", "702", "999"]

    /// Everybody hangs up and leaves; once every timer has run out, nothing may be left.
    package func close() {
        for phone in phones { phone.retire(now: world.now.instant) }
        world.settle()
        // The longest wait is a registration's; an hour is more than any.
        world.run(for: .seconds(3_600))
        for leftover in exchange.leftovers { world.violated("left over: \(leftover)") }
        for phone in phones {
            for call in phone.liveCalls { world.violated("phone \(phone.number) is still \(call.state) after an hour") }
        }
    }

    /// Everything that a failure needs: the seed first, to run it again.
    package var report: String {
        let lines = world.violations + exchange.warnings.suffix(10).map { "note: \($0)" }
        return "PBX_SIM_SEED=\(seed), \(callsPlacedCount) calls, \(world.stepCount) steps\n"
            + lines.joined(separator: "\n")
    }
}
