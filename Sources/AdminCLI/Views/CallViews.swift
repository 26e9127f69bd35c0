package import ControlProtocol
package import PBXModel

/// Calls that are up, as a table.
package enum CallsView {
    package static func text(_ calls: [CallSnapshot], _ context: ViewContext) -> String {
        guard !calls.isEmpty else { return "no calls\n" }
        var table = TextTable([
            ("CALL", .left), ("STATE", .left), ("FROM", .left), ("TO", .left), ("ANSWERED BY", .left), ("FOR", .right),
            ("CODEC", .left),
        ])
        for call in calls {
            table.add([
                TextTable.Cell(call.callId), TextTable.Cell(call.state.rawValue, colour: call.state.colour),
                TextTable.Cell(Party.text(call.from, name: call.fromName)), TextTable.Cell(call.to.printable),
                TextTable.Cell(call.answeredBy ?? ""),
                TextTable.Cell(context.distance(call.answeredAt ?? call.startedAt)),
                TextTable.Cell(call.legs.compactMap(\.codec).first ?? ""),
            ])
        }
        return table.text(context)
    }
}

/// One call in full.
package enum CallView {
    package static func text(_ reply: ShowCallCommand.Reply, _ context: ViewContext) -> String {
        var details = Details()
        if let call = reply.call {
            details.add("call", call.callId)
            details.add("state", call.state.rawValue.coloured(call.state.colour, context))
            details.add(
                "parked at",
                call.parkedAt.map { slot in
                    call.parkedSince.map { "\(slot) for \(context.distance($0))" } ?? slot
                })
            details.add("held by", call.heldBy)
            details.add("handed over", call.handedOverBy.map { "by \($0)" })
            details.add("consultation", call.consultation.map(Self.words))
            details.add("recorded to", call.recording)
            details.add("note", call.note?.printable)
            details.add("from", Party.text(call.from, name: call.fromName))
            details.add("to", call.to.printable)
            details.add("started", context.local(call.startedAt))
            details.add("ringing", call.ringingAt.map(context.local))
            details.add("answered", call.answeredAt.map { "\(context.local($0)) by \(call.answeredBy ?? "unknown")" })
            for leg in call.legs {
                details.add(leg.role.rawValue, text(leg))
                for line in leg.figures.map(MediaFiguresText.lines) ?? [] { details.add("", line) }
            }
        }
        if let record = reply.record {
            if reply.call == nil { add(record, to: &details, context) }
            for (index, step) in record.routeSteps.enumerated() {
                details.add(index == 0 ? "route" : "", step.printable)
            }
        }
        return details.text
    }

    private static func words(_ part: ConsultationSnapshot) -> String {
        let what = part.isThreeWay ? "three-way" : part.isWaiting ? "waits" : "spoken with"
        return "\(what), with call \(part.callId), by \(part.by)"
    }

    private static func text(_ leg: LegSnapshot) -> String {
        [
            leg.number.printable, leg.state, "at \(leg.peer)", leg.codec, leg.media.map { "audio from \($0)" },
            leg.encryption, "Call-ID \(leg.sipCallId.printable)",
        ].compactMap(\.self).joined(separator: ", ")
    }

    private static func add(_ record: CallRecordReport, to details: inout Details, _ context: ViewContext) {
        details.add("call", record.callId)
        details.add("state", record.endedAt == nil ? "open" : "ended")
        details.add("from", Party.text(record.from, name: record.fromName))
        details.add("to", record.to.printable)
        details.add("started", context.local(record.startedAt))
        details.add("ringing", record.ringingAt.map(context.local))
        details.add("answered", record.answeredAt.map { "\(context.local($0)) by \(record.answeredBy ?? "unknown")" })
        let by = record.endedBy.map { " by \($0.rawValue)" } ?? ""
        details.add(
            "ended", record.endedAt.map { "\(context.local($0))\(by): \(record.causeText ?? "cause not known")" })
        details.add("note", record.note?.printable)
        details.add("talk time", record.talkSeconds.map { ViewContext.span(seconds: $0) })
        details.add("Call-ID", record.sipCallId.printable)
        for (name, media) in [("caller", record.callerMedia), ("callee", record.calleeMedia)] {
            guard let media else { continue }
            for (index, line) in MediaFiguresText.lines(media).enumerated() {
                details.add(index == 0 ? "\(name) audio" : "", line)
            }
        }
    }
}

/// Call records, as a table.
package enum RecordsView {
    package static func text(_ records: [CallRecordReport], _ context: ViewContext) -> String {
        guard !records.isEmpty else { return "no call records\n" }
        var table = TextTable([
            ("STARTED", .left), ("FROM", .left), ("TO", .left), ("ANSWERED BY", .left), ("TALK", .right),
            ("RESULT", .left), ("CALL", .left), ("NOTE", .left),
        ])
        for record in records {
            let isGood = record.cause == .normal
            table.add([
                TextTable.Cell(context.local(record.startedAt)),
                TextTable.Cell(Party.text(record.from, name: record.fromName)), TextTable.Cell(record.to.printable),
                TextTable.Cell(record.answeredBy ?? ""),
                TextTable.Cell(record.talkSeconds.map { ViewContext.span(seconds: $0) } ?? ""),
                TextTable.Cell(record.causeText ?? "still up", colour: isGood || record.cause == nil ? nil : .pending),
                TextTable.Cell(record.callId), TextTable.Cell(record.note?.printable ?? ""),
            ])
        }
        return table.text(context)
    }
}

enum Party {
    static func text(_ number: String, name: String) -> String {
        name.isEmpty || name == number ? number.printable : "\(number) \(name)".printable
    }
}

extension CallSnapshot.State {
    fileprivate var colour: Colour? {
        switch self {
        case .active: .good
        case .ringing, .held: .pending
        case .new, .ended: nil
        }
    }
}

/// Name and value, one line each; absent values are left out.
struct Details {
    private(set) var text = ""

    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        text += name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
    }
}
