package import PBXModel

/// The present state of the wanted topics, and from then on every change of them.
package struct SubscribeCommand: ControlCommand {
    /// The state after event `seq`; every later event of the topics follows. Parts that were not asked for are absent.
    package struct Reply: Hashable, Sendable, Codable {
        package var seq: UInt64
        package var topics: [Topic]
        package var calls: [CallSnapshot]?
        package var registrations: [RegistrationSnapshot]?
        /// Of every user who has set something.
        package var settings: [UserSettings]?
        package var status: StatusReport?

        package init(
            seq: UInt64, topics: [Topic], calls: [CallSnapshot]? = nil, registrations: [RegistrationSnapshot]? = nil,
            settings: [UserSettings]? = nil, status: StatusReport? = nil
        ) {
            self.seq = seq
            self.topics = topics
            self.calls = calls
            self.registrations = registrations
            self.settings = settings
            self.status = status
        }
    }

    package static let row = CommandRow(
        .subscribe, role: .agent, summary: "receive a snapshot and then every change, in order",
        parameters: [
            .required(
                "topics", .choices(Topic.allCases.map(\.rawValue)), "what to follow; replaces an earlier subscription")
        ],
        example: ["topics": ["calls", "registrations"]],
        result: #"{"seq":4711,"topics":["calls"],"calls":[{"callId":"…",…}]}"#)

    package var topics: Set<Topic>

    package init(topics: Set<Topic>) { self.topics = topics }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        topics = Set(try parameters.strings("topics").compactMap(Topic.init(rawValue:)))
    }

    package var parameters: CommandParameters {
        ["topics": .array(Topic.allCases.filter(topics.contains).map { .string($0.rawValue) })]
    }
}
