/// Somebody outside, in the company's phone book: whose number it is that calls.
package struct Contact: Hashable, Sendable {
    package var number: String
    package var name: String
    package var company: String?
    package var department: String?
    package var email: String?
    package var origin: ConfigOrigin

    package init(
        number: String, name: String, company: String? = nil, department: String? = nil, email: String? = nil,
        origin: ConfigOrigin
    ) {
        self.number = number
        self.name = name
        self.company = company
        self.department = department
        self.email = email
        self.origin = origin
    }
}
