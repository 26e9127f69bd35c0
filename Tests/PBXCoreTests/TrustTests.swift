import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// Who gets in, and what those learn who do not.
@Suite struct TrustTests {
    /// The newest response with what is random in it made the same.
    private func answer(to desk: Desk) -> String? {
        guard let response = desk.lastResponse else { return nil }
        let text = String(decoding: response.bytes, as: UTF8.self)
        return text.split(separator: "\r\n").map { line in
            var line = String(line)
            for random in ["nonce=\"", "branch=", "tag=", "Call-ID: "] {
                guard let start = line.firstRange(of: random)?.upperBound else { continue }
                let end = line[start...].firstIndex { "\";,".contains($0) } ?? line.endIndex
                line.replaceSubrange(start..<end, with: "…")
            }
            return line.replacing(desk.phone.number, with: "NUMBER").replacing("\(desk.phone.address)", with: "PHONE")
        }.joined(separator: "\n")
    }

    @Test func `an unknown user and a wrong password get the same answer`() throws {
        let office = Office()
        let wrong = office.desk("101", password: "guess", registers: false)
        let unknown = office.desk("199", password: "guess", registers: false)
        for desk in [wrong, unknown] {
            desk.phone.register(now: office.now)
            office.wait()
        }
        #expect(wrong.phone.registrationStatuses == [401])
        let first = try #require(answer(to: wrong))
        #expect(first.contains("WWW-Authenticate: Digest"))
        #expect(first == answer(to: unknown))
        office.close()
    }

    @Test func `an expired nonce is said to be stale`() throws {
        let office = Office { $0.sip.nonceSeconds = 60 }
        let desk = office.desk("101")
        let request = try #require(office.lastRegister)
        office.wait(.seconds(61))
        desk.repeats(request)
        #expect(desk.lastResponse?.status == 401)
        #expect(desk.lastResponse?.text(.wwwAuthenticate)?.contains("stale=true") == true)
        office.close()
    }

    @Test(arguments: [300, 299])
    func `a captured request is not good a second time, not even after a reload`(nonceSeconds: Int) throws {
        let office = Office()
        let desk = office.desk("101")
        let request = try #require(office.lastRegister)
        // Until then it would be a mere copy of a request that is still remembered.
        office.wait(.seconds(40))
        var settings = Office.Settings()
        settings.sip.nonceSeconds = nonceSeconds
        office.exchange.reload(Office.directory(settings), now: office.world.now)
        desk.repeats(request)
        #expect(desk.lastResponse?.status == 401)
        office.close()
    }

    @Test func `an address that guesses gets no answer for a minute`() {
        let office = Office { $0.limits.authenticationFailuresPerSourceMax = 3 }
        let guesser = office.desk("101", password: "guess", registers: false)
        for _ in 0..<3 {
            guesser.phone.register(now: office.now)
            office.wait()
        }
        let heard = guesser.phone.received.count
        guesser.phone.register(now: office.now)
        office.wait()
        #expect(guesser.phone.received.count == heard)
        // Others are not troubled.
        _ = office.desk("101")
        office.wait(.seconds(61))
        guesser.phone.register(now: office.now)
        office.wait()
        #expect(guesser.phone.received.count > heard)
        office.close()
    }

    @Test func `one who guesses behind a known phone's address silences only himself`() {
        let office = Office { $0.limits.authenticationFailuresPerSourceMax = 3 }
        let known = office.desk("101")
        let guesser = office.desk("102", password: "guess", registers: false, sharing: known)
        for _ in 0..<5 {
            guesser.phone.register(now: office.now)
            office.wait()
        }
        #expect(guesser.phone.registrationStatuses.count == 5)
        known.phone.register(now: office.now)
        office.wait()
        #expect(known.phone.registrationStatuses == [200, 200])
        // For a minute not even the right password is looked at.
        guesser.phone.password = "demo-102"
        guesser.phone.register(now: office.now)
        office.wait()
        #expect(!guesser.phone.isRegistered)
        office.wait(.seconds(61))
        guesser.phone.register(now: office.now)
        office.wait()
        #expect(guesser.phone.isRegistered)
        office.close()
    }

    @Test func `nobody calls as somebody else`() {
        let office = Office()
        let caller = office.desk("101")
        _ = office.desk("102")
        caller.phone.call(uri: "sip:102@elsewhere.example", now: office.now)
        office.wait()
        #expect(caller.statuses == [401, 404])
        office.close()
    }
}
