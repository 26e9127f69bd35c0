import Foundation
import MediaControl
import MediaSecurity
import PBXBase
import Testing

/// Our handshake against the `openssl` program, which says what keys it has got.
@Suite(.serialized) struct DTLSPeerTests {
    @Test(arguments: [
        (SRTPProfile.aesCM128HMACSHA1Tag80, "SRTP_AES128_CM_SHA1_80"),
        (.aeadAES256GCM, "SRTP_AEAD_AES_256_GCM"),
    ])
    func aClientAgreesWithUs(profile: SRTPProfile, name: String) throws {
        let peer = try OpenSSLPeer()
        let socket = try LoopbackSocket()
        let server = try DTLSHandshake(
            DTLSPlan(role: .server, remoteFingerprints: [peer.fingerprint]), identity: try DTLSIdentity(),
            verifiesAddress: true)
        let secret = try peer.material(of: profile)
        try peer.start(
            ["s_client", "-connect", "127.0.0.1:\(socket.port)", "-dtls1_2", "-use_srtp", name] + secret)
        let (state, keys) = try socket.complete(server)
        #expect(state == .secured)
        let agreed = try #require(keys)
        #expect(agreed.profile == profile)
        let material = try #require(peer.keyingMaterial())
        #expect(material == Self.material(client: agreed.receive, server: agreed.send))
    }

    @Test func aServerAgreesWithUs() throws {
        let peer = try OpenSSLPeer()
        let socket = try LoopbackSocket()
        let target = try LoopbackSocket.freePort()
        var client = try DTLSHandshake(
            DTLSPlan(role: .client, remoteFingerprints: [peer.fingerprint], profiles: [.aeadAES128GCM]),
            identity: try DTLSIdentity(), verifiesAddress: true)
        try peer.start(
            ["s_server", "-accept", "127.0.0.1:\(target)", "-dtls1_2", "-listen", "-verify", "1", "-use_srtp"]
                + ["SRTP_AEAD_AES_128_GCM"] + (try peer.material(of: .aeadAES128GCM)))
        client.start(now: LoopbackSocket.now)
        let (state, keys) = try socket.complete(client, to: target)
        #expect(state == .secured)
        let agreed = try #require(keys)
        let material = try #require(peer.keyingMaterial())
        #expect(material == Self.material(client: agreed.send, server: agreed.receive))
    }

    /// RFC 8996: the version before is not spoken any more.
    @Test func dtls10IsRefused() throws {
        let peer = try OpenSSLPeer()
        let socket = try LoopbackSocket()
        let server = try DTLSHandshake(
            DTLSPlan(role: .server, remoteFingerprints: [peer.fingerprint]), identity: try DTLSIdentity(),
            verifiesAddress: true)
        try peer.start(
            ["s_client", "-connect", "127.0.0.1:\(socket.port)", "-dtls1", "-cipher", "ALL:@SECLEVEL=0"])
        let (state, _) = try socket.complete(server)
        #expect(state == .failed(.protocolViolated))
    }

    /// RFC 5764 §4.2.
    private static func material(client: SRTPKeys, server: SRTPKeys) -> [UInt8] {
        client.masterKey + server.masterKey + client.masterSalt + server.masterSalt
    }
}

/// A run of `openssl s_client` or `s_server` with a certificate of its own.
private final class OpenSSLPeer {
    struct Problem: Error {
        let text: String
    }

    private static let millisecondsMax: Int32 = 10_000
    let fingerprint: CertificateFingerprint
    private let folder: URL
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var text = ""

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dtls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=peer"
        _ = try Self.run(
            request.split(separator: " ").map(String.init) + ["-keyout", "key.pem", "-out", "cert.pem"], in: folder)
        let answer = try Self.run(["x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha384"], in: folder)
        let octets = answer.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        guard let fingerprint = CertificateFingerprint("sha-384 " + octets) else { throw Problem(text: answer) }
        self.fingerprint = fingerprint
    }

    deinit {
        if process.isRunning {
            // A softer signal may be blocked: children inherit that from the thread that starts them.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: folder)
    }

    func material(of profile: SRTPProfile) throws -> [String] {
        let bytes = 2 * (profile.masterKeyBytes + profile.masterSaltBytes)
        return ["-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "\(bytes)"]
    }

    func start(_ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments + ["-cert", "cert.pem", "-key", "key.pem"]
        process.currentDirectoryURL = folder
        // Open for as long as the test runs: at its end the program would leave.
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// What the program says it has exported; waits for it.
    func keyingMaterial() -> [UInt8]? {
        while true {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.contains("Keying material: ") }) {
                return bytes(String(line.drop { $0 != ":" }.dropFirst()))
            }
            var ready = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Self.millisecondsMax) > 0 else { return nil }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    private static func run(_ arguments: [String], in folder: URL) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Problem(text: arguments.joined(separator: " ")) }
        return text
    }
}

/// A UDP socket on loopback that carries a handshake to its end.
private final class LoopbackSocket {
    struct Problem: Error {}

    private static let secondsMax = 20
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        (descriptor, port) = try Self.open()
    }

    deinit { close(descriptor) }

    /// A port that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let (descriptor, port) = try open()
        close(descriptor)
        return port
    }

    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Runs until the handshake is done or has failed.
    func complete(
        _ handshake: consuming DTLSHandshake, to target: UInt16? = nil
    ) throws -> (DTLSHandshake.State, DTLSKeys?) {
        let end = Self.now + .seconds(Self.secondsMax)
        var buffer = [UInt8](repeating: 0, count: 2_048)
        while true {
            while let datagram = handshake.nextDatagram() {
                guard let port = handshake.target?.port ?? target else { throw Problem() }
                var address = Self.address(port)
                _ = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(descriptor, datagram, datagram.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            switch handshake.state {
            case .secured: return (.secured, handshake.takeKeys())
            case .failed: return (handshake.state, nil)
            case .waiting, .handshaking: break
            }
            let now = Self.now
            guard now < end else { return (handshake.state, nil) }
            let pause = min(end - now, max(.zero, (handshake.deadline ?? end) - now))
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&ready, 1, Int32(pause.milliseconds + 1)) > 0 else {
                handshake.timeout(now: Self.now)
                continue
            }
            var source = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &source) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { continue }
            let from = Endpoint(.ipv4Loopback, port: UInt16(bigEndian: source.sin_port))
            buffer.prefix(count).withUnsafeBytes { handshake.receive($0, from: from, now: Self.now) }
        }
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func open() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else {
            close(descriptor)
            throw Problem()
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
