import Foundation

/// baresip's control port: JSON objects as netstrings (`12:{"a":"b"...},`), commands in, events out.
final class NetstringConnection {
    private struct Event: Decodable {
        enum CodingKeys: String, CodingKey { case event, type, param }

        /// False: the answer to a command.
        var isEvent: Bool
        var type: String?
        /// Some events have a number here, which nobody asks for.
        var param: String?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            isEvent = fields.contains(.event)
            type = try? fields.decode(String.self, forKey: .type)
            param = try? fields.decode(String.self, forKey: .param)
        }
    }

    private let socket: LoopbackSocket
    private var buffer: [UInt8] = []
    private var events: [Event] = []
    /// Events before this one have been waited for.
    private var position = 0

    init(port: UInt16) throws {
        socket = try Waiting.value(of: "the control port \(port)") { try? LoopbackSocket(.tcp, to: port) }
    }

    func send(command: String, parameters: String = "") throws {
        let json = try JSONEncoder().encode(["command": command, "params": parameters, "token": command])
        try socket.send(bytes: Array("\(json.count):".utf8) + json + [UInt8(ascii: ",")])
    }

    /// The next event of `type` after the last one waited for; its parameter.
    func wait(forEvent type: String, within seconds: Double) throws -> String {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            if let index = events[position...].firstIndex(where: { $0.type == type }) {
                position = index + 1
                return events[index].param ?? ""
            }
            guard let bytes = socket.receiveBytes(within: max(0, deadline.timeIntervalSinceNow)), !bytes.isEmpty else {
                let seen = events.map { "\($0.type ?? "") \($0.param ?? "")" }
                throw PeerFailure("no event \(type) within \(seconds) s, but \(seen)")
            }
            buffer += bytes
            takeObjects()
        }
    }

    private func takeObjects() {
        while let colon = buffer.firstIndex(of: UInt8(ascii: ":")),
            let length = Int(String(decoding: buffer[..<colon], as: UTF8.self)), length >= 0,
            buffer.count - colon > length + 1
        {
            let body = Data(buffer[(colon + 1)..<(colon + 1 + length)])
            if let event = try? JSONDecoder().decode(Event.self, from: body), event.isEvent {
                events.append(event)
            }
            buffer.removeFirst(colon + 2 + length)
        }
    }
}
