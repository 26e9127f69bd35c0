import CVirtualClock
import MediaControl
import MediaSecurity
import PBXBase

/// Both ends of a handshake, the network between them, and their time.
struct DTLSPair: ~Copyable {
    struct Network {
        var lossPercent = 0
        var delayPercent = 0
        var repeatPercent = 0
        var garbagePercent = 0
        var random: SeededRandom

        init(lossPercent: Int, delayPercent: Int, repeatPercent: Int, seed: UInt64, garbagePercent: Int = 0) {
            self.lossPercent = lossPercent
            self.delayPercent = delayPercent
            self.repeatPercent = repeatPercent
            self.garbagePercent = garbagePercent
            random = SeededRandom(seed: seed)
        }

        mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    }

    static let start = Instant(nanoseconds: 1_000_000_000)
    static let clientAddress = Endpoint(IPAddress(ipv4: 0xC000_0201), port: 4_002)
    static let serverAddress = Endpoint(IPAddress(ipv4: 0xC000_0202), port: 4_004)

    var client: DTLSHandshake
    var server: DTLSHandshake
    var network = Network(lossPercent: 0, delayPercent: 0, repeatPercent: 0, seed: 0)
    var now = Self.start
    /// How many datagrams of the server's last flight get lost.
    var dropsServerWhenSecured = 0
    private(set) var clientDatagrams = 0
    private var underWay: [(toServer: Bool, bytes: [UInt8])] = []

    init(
        clientProfiles: [SRTPProfile] = DTLSPlan.preferredProfiles,
        serverProfiles: [SRTPProfile] = DTLSPlan.preferredProfiles, clientExpects: CertificateFingerprint? = nil,
        serverExpects: CertificateFingerprint? = nil, verifiesAddress: Bool = true
    ) throws {
        let clientIdentity = try DTLSIdentity()
        let serverIdentity = try DTLSIdentity()
        let client = try DTLSHandshake(
            DTLSPlan(
                role: .client, remoteFingerprints: [clientExpects ?? serverIdentity.fingerprint],
                profiles: clientProfiles), identity: clientIdentity, verifiesAddress: verifiesAddress)
        let server = try DTLSHandshake(
            DTLSPlan(
                role: .server, remoteFingerprints: [serverExpects ?? clientIdentity.fingerprint],
                profiles: serverProfiles), identity: serverIdentity, verifiesAddress: verifiesAddress)
        self.client = client
        self.server = server
    }

    mutating func deliverToServer(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { server.receive($0, from: Self.clientAddress, now: now) }
    }

    mutating func deliverToClient(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { client.receive($0, from: Self.serverAddress, now: now) }
    }

    /// Until nothing is under way and nobody waits for time.
    mutating func run() {
        client.start(now: now)
        // Bounded: a handshake that goes round in circles is a failure of the test.
        for _ in 0..<10_000 {
            takeDatagrams()
            if !underWay.isEmpty {
                deliverNext()
            } else if let deadline = Instant.earliest(client.deadline, server.deadline) {
                pbx_clock_advance(max(0, (deadline - now).nanoseconds / 1_000) + 1)
                now = max(now, deadline)
                client.timeout(now: now)
                server.timeout(now: now)
            } else {
                return
            }
        }
    }

    private mutating func takeDatagrams() {
        while let bytes = client.nextDatagram() {
            clientDatagrams += 1
            send(bytes, toServer: true)
        }
        while let bytes = server.nextDatagram() {
            if server.state == .secured, dropsServerWhenSecured > 0 {
                dropsServerWhenSecured -= 1
                continue
            }
            send(bytes, toServer: false)
        }
    }

    private mutating func send(_ bytes: [UInt8], toServer: Bool) {
        if network.happens(network.lossPercent) { return }
        if network.happens(network.garbagePercent) {
            var damaged = bytes
            let place = Int.random(in: damaged.indices, using: &network.random)
            damaged[place] ^= UInt8.random(in: 1...255, using: &network.random)
            underWay.append((toServer, damaged))
        }
        let isLate = network.happens(network.delayPercent)
        let place = isLate ? underWay.count : Int.random(in: 0...underWay.count, using: &network.random)
        underWay.insert((toServer, bytes), at: network.delayPercent == 0 ? underWay.count : place)
        if network.happens(network.repeatPercent) { underWay.append((toServer, bytes)) }
    }

    private mutating func deliverNext() {
        let next = underWay.removeFirst()
        if next.toServer { deliverToServer(next.bytes) } else { deliverToClient(next.bytes) }
    }
}
