#pragma once

#include "client/engine_client.h"

#include <QJsonObject>
#include <QTimer>
#include <QWidget>

#include <functional>

class QFormLayout;
class QLabel;

namespace switchyard::ui {

//! "limitsPage": what the engine allows all tasks together and each of them: slots, budget, sandbox, what is kept. A
//! change is sent as it is made; what the engine refuses is said and put back.
class EnginePage : public QWidget
{
    Q_OBJECT
public:
    explicit EnginePage(client::EngineClient& client, QWidget* parent = nullptr);

private:
    void build();
    void heading(const QString& text);
    void number(const QString& key, const QString& label, int least, int most, const QString& zero = {},
                const QString& suffix = {}, qint64 unit = 1);
    void money(const QString& key, const QString& label);
    void choice(const QString& key, const QString& label, const QList<std::pair<QString, QString>>& values);
    void addField(const QString& label, QWidget* field, const QString& key);
    void load();
    void change(const QString& key, const QJsonValue& value);
    void send();
    void take(const Result<QJsonValue>& answer);
    void showValues(const QJsonObject& settings);

    client::EngineClient& m_client;
    QFormLayout* m_form;
    QWidget* m_fields;
    QLabel* m_note;
    QHash<QString, std::function<void(const QJsonValue&)>> m_show; //!< puts a value into its field
    QJsonObject m_changes;                                         //!< not sent yet
    QTimer m_delay;
    bool m_showing = false; //!< what the fields say now comes from the engine
};

} // namespace switchyard::ui
