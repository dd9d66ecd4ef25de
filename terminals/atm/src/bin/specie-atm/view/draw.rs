//! The picture.

use super::{Around, Hands, Shared};
use qrcode::{render::unicode::Dense1x2, EcLevel, QrCode};
use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Paragraph, Wrap},
    Frame,
};
use specie_atm::{journal::Journal, machine::keep_in_words, marked_text};
use specie_device::{simulated::world::Things, Page};
use std::sync::PoisonError;

/// What the keys do.
const HELP: &str = "1-9 choose  Enter send  Esc/x end | i/F1 put card in  t/F2 take card  c/F3 cash  w/F4 wallet  \
                    s/F6 next card | n/F5 network cable  j/F7 jam  l node lies  z card slow  y T=0, relay  o/F9 operator opens  p/F8 power cut  q/F10 leave";

pub fn draw(frame: &mut Frame<'_>, hands: &Hands, journal: &Journal, around: &Shared) {
    let around = around.lock().unwrap_or_else(PoisonError::into_inner);
    let things = hands.customer.world.things();
    let [main, help] = Layout::vertical([Constraint::Min(10), Constraint::Length(2)]).areas(frame.area());
    let [left, right] = Layout::horizontal([Constraint::Percentage(52), Constraint::Percentage(48)]).areas(main);
    let [machine, customer, told] =
        Layout::vertical([Constraint::Length(9), Constraint::Length(9), Constraint::Min(4)]).areas(right);
    draw_screen(frame, left, &hands.customer.panel.page().0, &hands.typed);
    boxed(frame, machine, "Inside the machine", machine_lines(&things, journal, &around));
    boxed(frame, customer, "You", customer_lines(hands, &things));
    draw_journal(frame, told, journal, &around);
    frame.render_widget(Paragraph::new(HELP).wrap(Wrap { trim: true }).style(dim()), help);
}

fn dim() -> Style {
    Style::new().fg(Color::DarkGray)
}

fn strong() -> Style {
    Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD)
}

fn boxed(frame: &mut Frame<'_>, area: Rect, title: &str, lines: Vec<Line<'_>>) {
    let block = Block::bordered().title(format!(" {title} "));
    frame.render_widget(Paragraph::new(lines).block(block).wrap(Wrap { trim: false }), area);
}

fn draw_screen(frame: &mut Frame<'_>, area: Rect, page: &Page, typed: &str) {
    let sized = |text: &str| if page.large { wide(text) } else { text.to_owned() };
    let mut lines = vec![Line::from(Span::styled(sized(&page.heading), strong())), Line::default()];
    lines.extend(page.lines.iter().map(|line| Line::from(sized(line))));
    for (number, choice) in (1..).zip(&page.choices) {
        lines.push(Line::from(vec![Span::styled(format!(" {number}  "), strong()), Span::raw(sized(choice))]));
    }
    if let Some(what) = &page.entry {
        let typed = if page.hidden { "•".repeat(typed.chars().count()) } else { typed.into() };
        lines.push(Line::from(format!("{what}: {typed}_")));
        if specie_atm::texts::all().in_any_language("account", what) {
            lines.push(Line::from("press w for your own account, then Enter"));
        }
    }
    if let Some(hint) = hint(page) {
        lines.push(Line::from(Span::styled(hint, dim())));
    }
    if let Some(code) = &page.code {
        lines.push(Line::from("press w: your wallet reads this code"));
        lines.extend(picture(code, area, lines.len()));
    }
    boxed(frame, area, "Screen", lines);
}

/// Letters that are twice as wide.
fn wide(text: &str) -> String {
    let wide = |letter: char| match letter {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.chars().map(wide).collect()
}

/// Which key a page waits for that does not say so itself: by what the machine waits for, in whatever language it says so.
fn hint(page: &Page) -> Option<&'static str> {
    let all = specie_atm::texts::all();
    let is = |key: &str| all.in_any_language(key, &page.heading);
    match () {
        () if is("take-card") => Some("press t"),
        () if is("put-in-card") => Some("press i"),
        () if is("put-in-cash") => Some("press c"),
        () if is("one-moment") => None,
        () if is("out-of-order") => Some("press o: the operator opens the machine"),
        () if page.choices.is_empty() && page.entry.is_none() && page.code.is_none() => Some("press any key"),
        () => None,
    }
}

/// The code as a QR, where there is room for it; else its text.
fn picture(code: &str, area: Rect, above: usize) -> Vec<Line<'static>> {
    let drawn = QrCode::with_error_correction_level(code, EcLevel::L).map(|code| {
        code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).quiet_zone(true).build()
    });
    let fits = |drawn: &String| {
        let width = drawn.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        width + 2 <= usize::from(area.width) && drawn.lines().count() + above + 2 <= usize::from(area.height)
    };
    match drawn.ok().filter(fits) {
        Some(drawn) => drawn.lines().map(|line| Line::from(line.to_owned())).collect(),
        None => vec![Line::from(code.to_owned())],
    }
}

fn machine_lines(things: &Things, journal: &Journal, around: &Around) -> Vec<Line<'static>> {
    let card = |card: &Option<String>| card.clone().unwrap_or_else(|| "-".into());
    let stock = journal.stock().unwrap_or_default();
    let bins = stock.bins().map(|(bin, blanks)| {
        let marked = marked_text(blanks.marked, &around.currencies);
        let low = if blanks.count == 0 {
            " EMPTY"
        } else if blanks.count <= blanks.low {
            " low"
        } else {
            ""
        };
        format!("bin {} ({marked}): {}{low}", bin.0, blanks.count)
    });
    let grants = journal.open_grants().unwrap_or(0);
    vec![
        Line::from(format!("chain     {}", around.head)),
        Line::from(format!("stock     {}", bins.collect::<Vec<_>>().join(", "))),
        Line::from(format!(
            "grants    {grants}, registrations waiting {}",
            journal.queue().map_or(0, |queue| queue.len())
        )),
        Line::from(vec![Span::raw("card slot "), Span::styled(card(&things.exit), strong())]),
        Line::from(format!("reader    {}", card(&things.station))),
        Line::from(format!("kept      {}", kept(things))),
        Line::from(format!("cash      {} held, {} in the safe", things.acceptor, things.safe)),
    ]
}

fn kept(things: &Things) -> String {
    match things.kept.last() {
        Some((why, card)) => format!("{} cards, the last {card}: {}", things.kept.len(), keep_in_words(*why)),
        None => "nothing".into(),
    }
}

fn customer_lines(hands: &Hands, things: &Things) -> Vec<Line<'static>> {
    let chosen = hands.card();
    let mut lines = vec![
        Line::from(format!("purse {}   in your hand: {}", things.purse, in_hand(things))),
        Line::from(format!("pocket: {} cards", things.pocket.len())),
    ];
    for card in things.pocket.iter().rev().take(4) {
        let face = things.faces.get(card);
        let face = face
            .map_or_else(String::new, |face| format!("printed: {} | {} | {}", face.amount, face.date, face.serial));
        let style = if chosen.as_ref() == Some(card) { strong() } else { Style::new() };
        lines.push(Line::from(Span::styled(format!("  {card} {face}"), style)));
    }
    lines
}

fn in_hand(things: &Things) -> String {
    let mut held: Vec<String> = things.offered.iter().cloned().collect();
    if things.offered_cash > 0 {
        held.push(format!("{} in cash", things.offered_cash));
    }
    if held.is_empty() {
        "nothing".into()
    } else {
        held.join(", ")
    }
}

fn draw_journal(frame: &mut Frame<'_>, area: Rect, journal: &Journal, around: &Around) {
    let room = usize::from(area.height.saturating_sub(2));
    let words = around.words.len().min(room / 3);
    let steps = journal.last_lines(room.saturating_sub(words)).unwrap_or_default();
    let words_of = |step| Line::from(specie_atm::line_in_words(step, &around.currencies));
    let mut lines: Vec<Line<'_>> = steps.iter().map(words_of).collect();
    let said = around.words.iter().skip(around.words.len() - words);
    lines.extend(said.map(|words| Line::from(Span::styled(words.clone(), Style::new().fg(Color::Cyan)))));
    let block = Block::bordered().title(" Journal ");
    frame.render_widget(Paragraph::new(lines).block(block), area);
}
