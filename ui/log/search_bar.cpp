#include "ui/log/search_bar.h"

#include "ui/log/view_colors.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

#include <chrono>

namespace switchyard::ui {

namespace {

constexpr std::chrono::milliseconds pauseBeforeSearch{90};

} // namespace

SearchBar::SearchBar(QWidget* parent) : QWidget(parent), m_field(new QLineEdit(this)), m_count(new QLabel(this))
{
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(4);
    m_field->setObjectName(u"searchField"_s);
    m_field->setAccessibleName(tr("Find in the output"));
    m_field->setPlaceholderText(tr("Find in the output"));
    m_field->setClearButtonEnabled(true);
    m_field->setMaximumWidth(420);
    m_field->installEventFilter(this);
    row->addWidget(m_field, 1);
    m_case = addButton(u"searchCase"_s, u"Aa"_s, tr("Match case"), true);
    m_regex = addButton(u"searchRegex"_s, u".*"_s, tr("Regular expression"), true);
    m_count->setObjectName(u"searchCount"_s);
    m_count->setContentsMargins(6, 0, 6, 0);
    row->addWidget(m_count);
    row->addStretch(1);
    m_previous = addButton(u"searchPrevious"_s, u"↑"_s, tr("Previous match (Shift+F3)"), false);
    m_next = addButton(u"searchNext"_s, u"↓"_s, tr("Next match (F3)"), false);
    m_filter = addButton(u"searchFilter"_s, tr("Filter"), tr("Show the matching lines in a pane of their own"), true);
    m_close = addButton(u"searchClose"_s, u"✕"_s, tr("Close the search (Esc)"), false);

    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseBeforeSearch);
    connect(&m_pause, &QTimer::timeout, this, &SearchBar::patternChanged);
    connect(m_field, &QLineEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_case, &QToolButton::toggled, this, &SearchBar::patternChanged);
    connect(m_regex, &QToolButton::toggled, this, &SearchBar::patternChanged);
    connect(m_previous, &QToolButton::clicked, this, &SearchBar::previousAsked);
    connect(m_next, &QToolButton::clicked, this, &SearchBar::nextAsked);
    connect(m_filter, &QToolButton::toggled, this, &SearchBar::filterToggled);
    connect(m_close, &QToolButton::clicked, this, &SearchBar::closed);
}

QToolButton* SearchBar::addButton(const QString& name, const QString& text, const QString& tip, bool checkable)
{
    auto* const button = new QToolButton(this);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setCheckable(checkable);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    layout()->addWidget(button);
    return button;
}

SearchPattern SearchBar::pattern() const
{
    return {m_field->text(), m_regex->isChecked(), m_case->isChecked()};
}

void SearchBar::setText(const QString& text)
{
    m_field->setText(text);
}

void SearchBar::begin()
{
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

bool SearchBar::isFiltering() const
{
    return m_filter->isChecked();
}
void SearchBar::setFiltering(bool filtering)
{
    m_filter->setChecked(filtering);
}

void SearchBar::showCount(qint64 number, qint64 total, bool complete)
{
    const QLocale locale;
    if (complete && total == 0)
        return showNothing();
    const auto counted = complete ? locale.toString(total) : tr("%1…", "counting, so far").arg(locale.toString(total));
    if (number > 0)
        setNote(tr("%1 of %2").arg(locale.toString(number), counted), false);
    else
        setNote(complete ? tr("%n matches", nullptr, int(std::min<qint64>(total, INT_MAX))) : counted, false);
}

void SearchBar::showNothing()
{
    setNote(tr("No matches"), true);
}
void SearchBar::showProblem(const QString& problem)
{
    setNote(problem, true);
}
void SearchBar::clearCount()
{
    setNote({}, false);
}

void SearchBar::setNote(const QString& text, bool bad)
{
    m_count->setText(text);
    m_bad = bad;
    colorNote();
}

void SearchBar::colorNote()
{
    const auto window = palette().color(QPalette::Window);
    auto colors = m_count->palette();
    const auto text = palette().color(QPalette::WindowText);
    const auto wanted =
        m_bad ? readable(ViewColors::from(palette()).error, window) : readable(mix(window, text, 0.65), window);
    if (colors.color(QPalette::WindowText) == wanted)
        return;
    colors.setColor(QPalette::WindowText, wanted);
    m_count->setPalette(colors);
}

void SearchBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colorNote();
}

bool SearchBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* const key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape) {
        Q_EMIT closed();
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        if (m_pause.isActive()) {
            m_pause.stop();
            Q_EMIT patternChanged();
        } else if (key->modifiers() & Qt::ShiftModifier) {
            Q_EMIT previousAsked();
        } else {
            Q_EMIT nextAsked();
        }
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace switchyard::ui
