import Foundation

/// baresip's control port: JSON objects as netstrings (`12:{"a":"b"...},`), commands in, events out.
final class NetstringConnection {
    private let socket: LoopbackSocket
    private var buffer = Data()
    private var events: [[String: Any]] = []
    /// Events before this one have been waited for.
    private var position = 0

    init(port: UInt16) throws {
        socket = try Waiting.value(of: "the control port \(port)") { try? LoopbackSocket(.tcp, to: port) }
    }

    func send(command: String, parameters: String = "") throws {
        let object = ["command": command, "params": parameters, "token": command]
        let json = try JSONSerialization.data(withJSONObject: object)
        try socket.send(bytes: Array("\(json.count):".utf8) + json + [UInt8(ascii: ",")])
    }

    /// The next event of `type` after the last one waited for; its parameter.
    func wait(forEvent type: String, within seconds: Double) throws -> String {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            if let index = events[position...].firstIndex(where: { $0["type"] as? String == type }) {
                position = index + 1
                return events[index]["param"] as? String ?? ""
            }
            guard let text = socket.receive(within: max(0, deadline.timeIntervalSinceNow)), !text.isEmpty else {
                let seen = events.map { "\($0["type"] ?? "") \($0["param"] ?? "")" }
                throw PeerFailure("no event \(type) within \(seconds) s, but \(seen)")
            }
            buffer.append(contentsOf: text.utf8)
            takeObjects()
        }
    }

    private func takeObjects() {
        while let colon = buffer.firstIndex(of: UInt8(ascii: ":")),
            let length = Int(String(decoding: buffer[..<colon], as: UTF8.self)),
            buffer.distance(from: colon, to: buffer.endIndex) > length + 1
        {
            let body = buffer[(colon + 1)..<(colon + 1 + length)]
            if let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
                object["event"] != nil
            {
                events.append(object)
            }
            buffer = Data(buffer[(colon + 2 + length)...])
        }
    }
}
