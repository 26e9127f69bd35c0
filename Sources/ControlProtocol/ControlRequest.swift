/// What a client calls its request; the reply carries the same.
package enum RequestID: Hashable, Sendable, Codable {
    case integer(Int64)
    case text(String)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .text(let text): try container.encode(text)
        }
    }
}

/// One command that a peer wants done. What a server hands on has passed `CommandCatalogue.accept`: the command exists,
/// the peer's role suffices, and the parameters have the types that the command's row states.
package struct ControlRequest: Hashable, Sendable {
    package var id: RequestID
    package var command: CommandName
    package var parameters: CommandParameters

    package init(id: RequestID, command: CommandName, parameters: CommandParameters = [:]) {
        self.id = id
        self.command = command
        self.parameters = parameters
    }

    package init(id: RequestID, _ command: some ControlCommand) {
        self.init(id: id, command: type(of: command).row.name, parameters: command.parameters)
    }
}

extension ControlRequest: Encodable {
    private enum Key: String, CodingKey { case id, command, params }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(command, forKey: .command)
        if !parameters.values.isEmpty { try container.encode(parameters.values, forKey: .params) }
    }
}
