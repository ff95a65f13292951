//! The white-list: all that quote and annex may know of a case beside the quote itself (domain a.1).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::process::case::{Case, Plan};
use crate::process::house::House;
use crate::process::quote::Quote;

/// The facts that a customer may see. Blank where not known. A document's writer gets this and never the case, so that
/// nothing gets out that is not named here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Public {
    pub customer: String,
    pub short: String,
    pub salutation: String,
    pub contact: String,
    pub title: String,
    pub phone: String,
    pub email: String,
    pub address: String,
    pub tax_code: String,
    pub sales: Seller,
    /// Number and date of the quote that this one takes the place of.
    pub replaces: Option<(String, NaiveDate)>,
}

/// The Sales whom the customer may turn to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seller {
    pub name: String,
    pub title: String,
    pub phone: String,
    pub email: String,
}

/// What the annex says beyond the quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub contract: Option<String>,
    pub signed_on: Option<NaiveDate>,
    /// Of a framework contract another day than its own, which nobody knows yet.
    pub appendix_signed_on: Option<NaiveDate>,
    /// `PL01`.
    pub appendix: Option<String>,
    pub plan: Option<Plan>,
    /// How each quoted item is calculated and shown (`pa`), by item id: part of the contract once the Director has approved.
    pub solutions: BTreeMap<String, String>,
}

impl Public {
    pub fn of(case: &Case, house: &House, quote: &Quote) -> Public {
        let field = |name: &str| case.form.text(name).unwrap_or_default().to_string();
        let sales = case.sales.as_deref().and_then(|email| house.person(email));
        Public {
            customer: case.customer().to_string(),
            short: case.short().to_string(),
            salutation: case.salutation(house.lang).to_string(),
            contact: field("contact"),
            title: field("ctitle"),
            phone: field("cphone"),
            email: field("cemail"),
            address: field("addr"),
            tax_code: field("tax"),
            sales: Seller {
                name: sales.map_or_else(String::new, |p| p.name.clone()),
                title: sales.and_then(|p| p.title.clone()).unwrap_or_default(),
                phone: sales.and_then(|p| p.phone.clone()).unwrap_or_default(),
                email: sales.map_or_else(|| case.sales.clone().unwrap_or_default(), |p| p.email.clone()),
            },
            replaces: case.replaced_by(quote).map(|q| (q.number.clone(), q.date)),
        }
    }

    /// Of the white-list, the form's cells about the customer, with their names: nobody but Sales fills them in.
    pub fn of_form(&self) -> [(&'static str, &str); 9] {
        [
            ("customer", &self.customer),
            ("short", &self.short),
            ("salut", &self.salutation),
            ("contact", &self.contact),
            ("ctitle", &self.title),
            ("cphone", &self.phone),
            ("cemail", &self.email),
            ("addr", &self.address),
            ("tax", &self.tax_code),
        ]
    }

    /// Every text of the white-list: what may stand in a document although an internal text is the same.
    pub fn texts(&self) -> Vec<&str> {
        let s = &self.sales;
        let own = self.of_form().map(|(_, text)| text).into_iter();
        let of_sales = [&s.name, &s.title, &s.phone, &s.email].map(String::as_str);
        own.chain(of_sales).chain(self.replaces.iter().map(|(number, _)| number.as_str())).collect()
    }
}

impl Scope {
    pub fn of(case: &Case, quote: &Quote) -> Scope {
        let quoted = quote.lines.iter().filter_map(|line| case.form.item(line.item.as_deref()?));
        Scope {
            contract: case.contract.number.clone(),
            signed_on: case.contract.signed_on,
            appendix_signed_on: case.appendix_signed_on(),
            appendix: case.contract.appendix.clone(),
            plan: case.plan,
            solutions: quoted.map(|item| (item.id.clone(), item.text("pa").unwrap_or_default().to_string())).collect(),
        }
    }
}
