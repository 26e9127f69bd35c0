package import PBXBase

// What the phone does by itself while it has habits.
extension ScriptedPhone {
    /// Begins to call by itself, after a pause.
    func scheduleFirstCall(now: Instant) {
        guard habits != nil, !targets.isEmpty, timers.deadline(of: .nextCall) == nil, liveCalls.isEmpty else { return }
        scheduleNextCall(now: now)
    }

    private func scheduleNextCall(now: Instant) {
        guard let habits, !targets.isEmpty else { return }
        timers.schedule(.nextCall, at: now + random.interval(in: habits.pause))
    }

    func placeRandomCall(now: Instant) {
        guard let habits, isRegistered, liveCalls.isEmpty, let target = targets.randomElement(using: &random) else {
            return scheduleNextCall(now: now)
        }
        // Memory of calls that are over is dropped here, so that long runs stay flat; late messages of the last ones
        // still find them.
        if calls.count > 8 { calls.removeFirst(calls.count - 8) }
        let offersLate = random.happens(habits.offersLatePerMille, of: 1_000)
        let call = call(target, offersLate: offersLate, now: now)
        if random.happens(habits.cancelsPercent, of: 100) { schedule(.cancel, call, in: habits.cancelTime, now: now) }
    }

    /// An INVITE has come.
    func react(to call: PhoneCall, now: Instant) {
        guard !isRetired else { return reject(call, status: 480, now: now) }
        guard let habits else { return }
        guard liveCalls.count == 1 else { return reject(call, status: 486, now: now) }
        switch habits.reaction(&random) {
        case .answerAtOnce: answer(call, now: now)
        case .answer:
            ring(call, now: now)
            schedule(.answer, call, in: habits.ringTime, now: now)
        case .busy: reject(call, status: 486, now: now)
        case .decline:
            ring(call, now: now)
            schedule(.decline, call, in: habits.ringTime, now: now)
        case .ignore: ring(call, now: now)
        }
    }

    /// Two phones talk: how long, and what happens meanwhile.
    func established(_ call: PhoneCall, now: Instant) {
        timers.cancel(.plan(call.sipCallID, .cancel))
        guard let habits else { return }
        schedule(.hangUp, call, in: habits.talkTime, now: now)
        if random.happens(habits.vanishesPerMille, of: 1_000) { schedule(.vanish, call, in: habits.talkTime, now: now) }
        if random.happens(habits.asksForFaxPercent, of: 100) { schedule(.fax, call, in: habits.talkTime, now: now) }
        guard random.happens(habits.holdsPercent, of: 100) else { return }
        schedule(.hold, call, in: habits.talkTime, now: now)
    }

    func carryOut(_ plan: Plan, _ call: PhoneCall, now: Instant) {
        switch plan {
        case .ring: ring(call, now: now)
        case .answer: answer(call, now: now)
        case .busy: reject(call, status: 486, now: now)
        case .decline: reject(call, status: 603, now: now)
        case .cancel: cancel(call, now: now)
        case .hold:
            setHold(true, call, now: now)
            if let habits { schedule(.resume, call, in: habits.ringTime, now: now) }
        case .resume: setHold(false, call, now: now)
        case .fax: changeToFax(call, now: now)
        case .hangUp:
            hangUp(call, now: now)
            // An answer that still waits for its ACK: once more a little later.
            if call.state == .answered { timers.schedule(.plan(call.sipCallID, .hangUp), at: now + .seconds(1)) }
        case .vanish: if let habits, call.isLive { vanish(for: random.interval(in: habits.absence), now: now) }
        }
    }

    /// A call is over, from whichever side.
    func ended(_ call: PhoneCall, now: Instant) {
        call.state = .ended
        forget(call)
        if liveCalls.isEmpty { scheduleNextCall(now: now) }
    }

    /// Nothing that was planned for the call happens any more.
    func forget(_ call: PhoneCall) {
        call.invite = nil
        call.answer = nil
        timers.cancel(.repeatAnswer(call.sipCallID))
        for plan in [Plan.ring, .answer, .busy, .decline, .cancel, .hold, .resume, .fax, .hangUp, .vanish] {
            timers.cancel(.plan(call.sipCallID, plan))
        }
    }

    /// Ends what it is in and begins nothing new: the end of a run.
    package func retire(now: Instant) {
        isRetired = true
        habits = nil
        targets = []
        timers.cancel(.nextCall)
        timers.cancel(.registration)
        for call in liveCalls { hangUp(call, now: now) }
    }

    private func schedule(_ plan: Plan, _ call: PhoneCall, in range: ClosedRange<Interval>, now: Instant) {
        timers.schedule(.plan(call.sipCallID, plan), at: now + random.interval(in: range))
    }
}
