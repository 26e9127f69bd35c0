import ControlProtocol
import ControlSocket
import Foundation
import Synchronization
import SystemTestKit

/// Consoles as the daemon sees them: connections that follow all events. A tenth of them never reads any.
final class Followers: Sendable {
    private let clients: [ControlClient]
    private let stalled: [Int32]
    private let events = Atomic<Int>(0)
    private let reading = Mutex<[Task<Void, Never>]>([])

    init(count: Int, path: String) async throws {
        var clients: [ControlClient] = []
        var stalled: [Int32] = []
        for index in 0..<count {
            if index % 10 == 9 {
                stalled.append(try Self.standStill(at: path))
            } else {
                clients.append(try await ControlClient.connect(to: path, name: "watcher \(index)"))
            }
        }
        self.clients = clients
        self.stalled = stalled
        for client in clients {
            _ = try await client.call(SubscribeCommand(topics: Set(Topic.allCases)))
            let task = Task {
                while (try? await client.nextEvent()) != nil { events.add(1, ordering: .relaxed) }
            }
            reading.withLock { $0.append(task) }
        }
    }

    /// Events that came, at all of them together.
    var eventCount: Int { events.load(ordering: .relaxed) }

    func close() {
        for client in clients { client.close() }
        for descriptor in stalled { Foundation.close(descriptor) }
        for task in reading.withLock({ $0 }) { task.cancel() }
    }

    /// Subscribes and takes nothing from then on.
    private static func standStill(at path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw PeerFailure("socket path is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        let line = Array(#"{"id":1,"command":"subscribe","params":{"topics":["calls"]}}"#.utf8) + [UInt8(ascii: "\n")]
        guard status == 0, Foundation.send(descriptor, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
            Foundation.close(descriptor)
            throw PeerFailure("cannot connect to \(path)")
        }
        return descriptor
    }
}
