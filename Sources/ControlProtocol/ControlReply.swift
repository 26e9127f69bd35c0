/// The answer to one request: `{"id":7,"result":{…}}` or `{"id":7,"error":{…}}`.
package struct ControlReply: Sendable, Encodable {
    package enum Outcome: Sendable {
        case result(any Encodable & Sendable)
        case failure(ControlFailure)
    }

    /// nil when the request was too broken to tell its id; `null` on the wire.
    package var id: RequestID?
    package var outcome: Outcome

    package init(id: RequestID?, result: some Encodable & Sendable) {
        self.id = id
        outcome = .result(result)
    }

    package init(id: RequestID?, failure: ControlFailure) {
        self.id = id
        outcome = .failure(failure)
    }

    private enum Key: String, CodingKey { case id, result, error }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        switch outcome {
        case .result(let value): try container.encode(value, forKey: .result)
        case .failure(let failure): try container.encode(failure, forKey: .error)
        }
    }
}

/// A reply as a client reads it, once it knows what the result should be.
package struct ReplyFrame<Value: Decodable & Sendable>: Decodable, Sendable {
    package var result: Value?
    package var error: ControlFailure?
}

/// What a result is that has nothing to say: `{}`.
package struct Done: Hashable, Sendable, Codable {
    package init() {}
}
