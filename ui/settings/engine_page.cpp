#include "ui/settings/engine_page.h"

#include "ui/settings/parts.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>

namespace switchyard::ui {

namespace {
constexpr auto typingPause = std::chrono::milliseconds(400);
constexpr qint64 gib = qint64(1) << 30, mib = qint64(1) << 20;
} // namespace

EnginePage::EnginePage(client::EngineClient& client, QWidget* parent)
    : QWidget(parent), m_client(client), m_form(nullptr), m_fields(new QWidget(this)), m_note(new QLabel(this))
{
    m_form = new QFormLayout(m_fields);
    m_form->setContentsMargins(0, 0, 12, 0);
    m_form->setVerticalSpacing(7);
    build();
    auto* const scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_fields);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_note->setObjectName(u"limitsNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    auto* const column = pageColumn(this);
    column->addWidget(scroll, 1);
    column->addWidget(m_note);
    m_delay.setSingleShot(true);
    m_delay.setInterval(typingPause);
    connect(&m_delay, &QTimer::timeout, this, &EnginePage::send);
    load();
}

void EnginePage::build()
{
    heading(tr("At once"));
    number(u"slots"_s, tr("&Tasks at once:"), 1, 64);
    number(u"slots_per_project"_s, tr("of them in &one project:"), 0, 64, tr("no limit"));
    number(u"attempts"_s, tr("&Attempts of a task:"), 1, 20);
    money(u"budget_usd_per_day"_s, tr("&Budget of a day:"));
    heading(tr("Sandbox"));
    const QList<std::pair<QString, QString>> levels{{u"standard"_s, tr("Standard: writes only in its folder")},
                                                    {u"strict"_s, tr("Strict: also reads only what it needs")},
                                                    {u"off"_s, tr("None: everything you may do")}};
    choice(u"sandbox"_s, tr("A&gents:"), levels);
    choice(u"command_sandbox"_s, tr("&Commands you type:"), levels);
    choice(u"network"_s, tr("&Network in it:"),
           {{u"on"_s, tr("Everything")}, {u"loopback"_s, tr("Only this machine")}, {u"off"_s, tr("Nothing")}});
    heading(tr("What is kept"));
    number(u"keep_days"_s, tr("Finished tasks for:"), 0, 100'000, tr("ever"), tr(" days"));
    number(u"keep_tasks"_s, tr("At most:"), 0, 10'000'000, tr("all of them"), tr(" tasks"));
    number(u"keep_bytes"_s, tr("Their output:"), 0, 1 << 20, tr("no limit"), tr(" GiB"), gib);
    heading(tr("Nothing starts below"));
    number(u"least_free_bytes"_s, tr("Free on &disk:"), 0, 1 << 20, tr("never mind"), tr(" MiB"), mib);
    number(u"least_free_memory_bytes"_s, tr("Free &memory:"), 0, 1 << 20, tr("never mind"), tr(" MiB"), mib);
}

void EnginePage::heading(const QString& text)
{
    auto* const label = new QLabel(text, m_fields);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    label->setFont(strong);
    if (m_form->rowCount() > 0)
        label->setContentsMargins(0, 8, 0, 0);
    m_form->addRow(label);
}

void EnginePage::addField(const QString& label, QWidget* field, const QString& key)
{
    field->setObjectName(key + u"Field"_s);
    m_form->addRow(label, field);
}

void EnginePage::number(const QString& key, const QString& label, int least, int most, const QString& zero,
                        const QString& suffix, qint64 unit)
{
    auto* const box = new QSpinBox(m_fields);
    box->setRange(least, most);
    box->setSpecialValueText(zero);
    box->setSuffix(suffix);
    addField(label, box, key);
    m_show[key] = [box, unit](const QJsonValue& value) { box->setValue(int(value.toInteger() / unit)); };
    connect(box, &QSpinBox::valueChanged, this, [this, key, unit](int value) { change(key, qint64(value) * unit); });
}

void EnginePage::money(const QString& key, const QString& label)
{
    auto* const box = new QDoubleSpinBox(m_fields);
    box->setRange(0, 100'000);
    box->setSingleStep(1);
    box->setPrefix(u"$"_s);
    box->setSpecialValueText(tr("no limit"));
    addField(label, box, key);
    m_show[key] = [box](const QJsonValue& value) { box->setValue(value.toDouble()); };
    connect(box, &QDoubleSpinBox::valueChanged, this, [this, key](double value) { change(key, value); });
}

void EnginePage::choice(const QString& key, const QString& label, const QList<std::pair<QString, QString>>& values)
{
    auto* const box = new QComboBox(m_fields);
    for (const auto& [value, text] : values)
        box->addItem(text, value);
    addField(label, box, key);
    m_show[key] = [box](const QJsonValue& value) { box->setCurrentIndex(box->findData(value.toString())); };
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, key, box] { change(key, box->currentData().toString()); });
}

void EnginePage::load()
{
    m_fields->setEnabled(false);
    ui::say(m_note, tr("Asking the engine…"), false);
    QCoro::connect(m_client.call(u"settings.get"_s, {}), this,
                   [this](const Result<QJsonValue>& answer) { take(answer); });
}

void EnginePage::change(const QString& key, const QJsonValue& value)
{
    if (m_showing)
        return;
    m_changes.insert(key, value);
    m_delay.start();
}

void EnginePage::send()
{
    QCoro::connect(m_client.call(u"settings.set"_s, {{u"settings"_s, std::exchange(m_changes, {})}}), this,
                   [this](const Result<QJsonValue>& answer) {
                       take(answer);
                       if (answer)
                           return;
                       // What is in force comes back into the fields; why the change was refused stays below.
                       QCoro::connect(m_client.call(u"settings.get"_s, {}), this,
                                      [this](const Result<QJsonValue>& now) {
                                          if (now)
                                              showValues((*now)[u"settings"].toObject());
                                      });
                   });
}

void EnginePage::take(const Result<QJsonValue>& answer)
{
    if (!answer) {
        const auto& error = answer.error();
        ui::say(m_note, error.hint.isEmpty() ? error.message : error.message + u' ' + error.hint, true);
        return;
    }
    m_fields->setEnabled(true);
    showValues((*answer)[u"settings"].toObject());
    ui::say(m_note, tr("They count for all projects, from now on; a task can be told otherwise when it starts."),
            false);
}

void EnginePage::showValues(const QJsonObject& settings)
{
    if (!m_changes.isEmpty())
        return; // the user is ahead of the answer
    m_showing = true;
    for (auto setting = settings.begin(); setting != settings.end(); ++setting) {
        if (const auto put = m_show.value(setting.key()))
            put(*setting);
    }
    m_showing = false;
}

} // namespace switchyard::ui
