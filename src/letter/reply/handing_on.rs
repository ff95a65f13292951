//! Who is to take the case: `@Lan`, `giao cho chị Lan`.

use super::doubts::{blocker, is_question};
use super::mention;
use super::said::Said;
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// `@Lan`: in step 1 that names the Sales; later a bare name does, from those who may. In step 1 `giao cho chị Lan` too.
pub(super) fn handed_on(body: &str, ctx: &Asked, called: &mention::Called) -> Option<Reading> {
    let may = ctx.roles.iter().any(|r| matches!(r, Role::Cskh | Role::Leader | Role::Operator | Role::Sales));
    let naming = may && (ctx.state == State::Assigning || (called.alone && ctx.state == State::Drafting));
    if !naming || is_question(&mention::unnamed(Said::new(&mention::uncalled(body, &ctx.people)), &ctx.people)) {
        return None;
    }
    let sales = |email: &String| ctx.people.iter().any(|p| p.sales && p.email == *email);
    let clauses = || body.split(['.', ',', '!', ';', '\n']);
    let hands = |clause: &str| Said::new(clause).has(HANDS_ON);
    // `đừng giao @Lan nữa`; what is said of the need beside it counts for nothing.
    let harmless: &[&str] = &["cần", "phải", "còn", "trước", "mục", "phần", "nhớ", "lưu ý", "bổ sung", "khi"];
    let negated = |clause: &str| {
        let uncalled = mention::uncalled(clause, &ctx.people);
        let said = mention::unnamed(Said::new(&uncalled), &ctx.people).without(|w| harmless.iter().any(|h| w.is(h)));
        blocker(&said)
    };
    // `Khoan, giao @Lan`, `Chưa giao được, @Lan xem trước giúp`: said before, and of nothing else.
    let refuses = |clause: &str| {
        let of_it: &[&[&str]] = &[NEGATORS, DEFERRALS, HANDS_ON, BESIDE_HANDING_ON, KIN, POLITE, &["được"]];
        negated(clause).filter(|_| Said::new(clause).only(of_it))
    };
    let assigns = |one: &String, clause: &str| match negated(clause).or_else(|| clauses().find_map(refuses)) {
        Some(doubt) => Reading::ask(body, None, doubt),
        None => Reading::one(What::Assign { sales: one.clone() }),
    };
    let who_is = |name: &str, may_be: &[String]| {
        Reading::ask(body, None, Doubt::WhoIs { name: name.to_string(), may_be: may_be.to_vec() })
    };
    match (&called.people[..], &called.unclear[..]) {
        ([one], []) if sales(one) => Some(assigns(one, clauses().find(|clause| clause.contains('@')).unwrap_or(body))),
        (_, [(name, may_be), ..]) => Some(who_is(name, may_be)),
        ([], []) if ctx.state == State::Assigning => {
            let clause = clauses().find(|clause| hands(clause))?;
            let (named, beside) = mention::named(clause, &ctx.people);
            // `chị Lan bên khách nhận hàng ở kho` is of the need.
            if !Said::new(&beside).only(&[HANDS_ON, BESIDE_HANDING_ON, NEGATORS, KIN, POLITE, THANKS]) {
                return None;
            }
            match &named.iter().filter(|email| sales(email)).cloned().collect::<Vec<_>>()[..] {
                [] => None,
                [one] if named.len() == 1 => Some(assigns(one, clause)),
                several => Some(who_is(clause.trim(), several)),
            }
        }
        (several, []) if ctx.state == State::Assigning && several.iter().filter(|one| sales(one)).count() > 1 => {
            Some(who_is(body.trim(), several))
        }
        _ => None,
    }
}
